#!/bin/sh
# Installs the system packages that tests use, where apt may be used without asking; elsewhere names the one line that would.
# Tests that need a missing one are skipped with the same line.
missing=""
command -v bwrap >/dev/null 2>&1 || missing="$missing bubblewrap"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo "Installing$missing"
	export DEBIAN_FRONTEND=noninteractive
	{ apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >/dev/null 2>&1 && exit 0
	echo "apt-get could not install:$missing"
fi
echo "Some tests will be skipped until you run: sudo apt-get install -y$missing"

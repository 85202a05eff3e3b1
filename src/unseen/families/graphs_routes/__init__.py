"""Cheapest routes over one-way roads, told as travel, networks, recipes and more."""

from unseen.families.graphs_routes._family import Routes

__all__ = ["Routes"]

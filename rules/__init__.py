"""Content shipped as data: starter rules, field maps, schemas and log source tables.

``starter/`` holds example rules with their events, ``fieldmaps/`` taxonomies and the maps
between them, ``schemas/`` the tables and columns of query targets. Read with
``importlib.resources``, never by path.
"""

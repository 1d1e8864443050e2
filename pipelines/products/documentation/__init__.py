"""The documentation as a site: the pages made of the program itself, and building the whole.

Belongs here: what is generated when the site is built. Does not: pages that people write (``docs/``), nor what the site
is made of and looks like (``docs/site/mkdocs.yml``).
"""

from pipelines.products.documentation.pages import generated_pages
from pipelines.products.documentation.references import write_references
from pipelines.products.documentation.site import SiteError, build_site

__all__ = ["SiteError", "build_site", "generated_pages", "write_references"]

"""The page that stands where another cannot: Superset's own are English, wider than a tablet and pale.

Belongs here: which answers a person would see bare, and what the page looks like. Does not: its words (pages/words.py).
"""

from flask import Request, Response

from dashboards.superset.pages.words import ERROR_PAGES

TOO_MANY_REQUESTS = 429
_PAGE = """<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
  body {{ font: 18px/1.5 Inter, Helvetica, Arial, sans-serif; color: #1c2733; background: #fff; margin: 0; }}
  main {{ max-width: 40em; margin: 0 auto; padding: 12vh 24px 48px; }}
  h1 {{ color: #12324f; font-size: 36px; line-height: 1.2; margin: 0 0 12px; }}
  a {{ display: inline-block; margin-top: 12px; padding: 10px 20px; border-radius: 4px; font-weight: 600;
      color: #fff; background: #0b5394; text-decoration: none; }}
  :focus-visible {{ outline: 3px solid #b35c00; outline-offset: 2px; }}
</style>
</head>
<body><main><h1>{title}</h1><p>{sentence}</p><a href="/">Voir vos pages</a></main></body>
</html>
"""


def failure_page(request: Request, response: Response) -> str | None:
    """What a person reads instead of an answer that failed; None where the answer is a page, or a program asked."""
    status = response.status_code
    is_file_of_superset = response.direct_passthrough and response.mimetype == "text/html"
    if status < 400 or not (is_file_of_superset or (response.is_json and _is_opened_by_a_person(request))):
        return None
    title, sentence = ERROR_PAGES[500 if status >= 500 or status == TOO_MANY_REQUESTS else 404]
    return _PAGE.format(title=title, sentence=sentence)


def _is_opened_by_a_person(request: Request) -> bool:
    """An address in a browser's bar, not what a page of Superset asks for."""
    asked = request.accept_mimetypes
    prefers_a_page = asked.quality("text/html") > asked.quality("application/json")
    return request.method == "GET" and prefers_a_page and not request.path.startswith("/api/")

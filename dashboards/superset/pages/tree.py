"""The look of trees: whole names at the right edge, and lines that do not run through those in the middle.

Superset leaves an eighth of the width to the last names, whatever they are, and the canvas cuts what is longer. Its
settings of looks replace lists whole, and a tree is one item of the list of series: a rule of ECharts for the size of
the chart (``media``) is laid over that item instead.
"""

_NAME_WIDTH = 300
_NAME = {
    "width": _NAME_WIDTH,
    "overflow": "break",
    "lineHeight": 16,
    "fontSize": 13,
    "textBorderColor": "#ffffff",
    "textBorderWidth": 5,
}
TREE_OPTIONS = {
    "media": [
        {
            "query": {"minWidth": 0},
            "option": {
                "series": [
                    {
                        # Its own, which what is told to all charts does not reach.
                        "animation": False,
                        "left": 60,
                        "right": _NAME_WIDTH + 20,
                        "top": 24,
                        "bottom": 24,
                        "label": _NAME,
                        "leaves": {"label": _NAME},
                    }
                ]
            },
        }
    ]
}
"""In pixels: the margins hold for each width of screen and paper."""

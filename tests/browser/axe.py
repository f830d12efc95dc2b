"""What axe finds in a page. What is dear, it looks at only where that tells something.

Measuring contrast takes axe most of its time, and texts that look alike on the same ground have the same contrast: one
of each is measured, unless every text is asked for.
"""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Rules that compare colours.
COLOURS = ("color-contrast", "link-in-text-block")

# Marks one text, or one field, of each look: its own colour and size, and what lies between it and the page's ground.
ONE_OF_EACH_LOOK = """() => {
    const grounds = new Map();
    const ground = (one) => {
        if (!one) return "";
        if (!grounds.has(one)) {
            const seen = getComputedStyle(one);
            const own = ["backgroundColor", "backgroundImage", "opacity", "position", "clip", "clipPath", "textShadow",
                "filter"].map((name) => seen[name]).join(";");
            const above = ground(one.parentElement);
            grounds.set(one, above.endsWith(own) ? above : `${above}|${own}`);
        }
        return grounds.get(one);
    };
    const looks = new Set();
    for (const one of document.body.querySelectorAll("*")) {
        const field = one.matches("input, select, textarea");
        const texts = [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
        if (!(field || texts.length) || !one.checkVisibility({checkVisibilityCSS: true, checkOpacity: true})) continue;
        const {color, fontSize, fontWeight} = getComputedStyle(one);
        const off = Boolean(one.closest(":disabled, [aria-disabled=true]"));
        const look = [field && one.tagName, off, color, fontSize, fontWeight, ground(one)].join("#");
        if (!looks.has(look)) one.setAttribute("data-telling", "");
        looks.add(look);
    }
    axe.configure({rules: [{id: "color-contrast", selector: "[data-telling]"}]});
}"""


def violations(page: Page, *, contrast: bool = True, every_text: bool = False) -> list[dict[str, Any]]:
    """The rules of axe that the page breaks as it stands now, each with its `id` and `nodes`; needs scripts.

    Without `contrast`, colours are not compared.
    """
    page.evaluate(AXE_SCRIPT)
    if contrast and not every_text:
        page.evaluate(ONE_OF_EACH_LOOK)
    # Nothing is asked for beside the page: only rules on films and on what turns with a phone would read it.
    options = {
        "resultTypes": ["violations"],
        "preload": False,
        "rules": {rule: {"enabled": contrast} for rule in COLOURS},
    }
    found: list[dict[str, Any]] = page.evaluate("options => axe.run(options).then(all => all.violations)", options)
    return found


def told(found: list[dict[str, Any]]) -> str:
    """Violations in words, one to a line: the rule, what it wants and the element."""
    return "\n".join(f"{one['id']}: {one['help']}: {node['html']}" for one in found for node in one["nodes"])

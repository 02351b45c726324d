// Texts of a page of which one stands for all that look the same: their colour, size and weight, and
// whatever is painted behind them, are equal, so their contrast is. Null when each has to be judged:
// what is disabled is exempt, and so are its labels, which is not seen from how they look.
() => {
  if (document.querySelector("main :disabled, [aria-disabled='true']")) return null;
  const alone = [];
  const alike = new Map();
  for (const element of document.body.querySelectorAll("*")) {
    const field = element.matches("input, select, textarea");
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const text = own.map((node) => node.data.trim()).join("");
    if (!field && !text) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(element);
    const look = [field && `${element.tagName} ${element.type}`, style.color, style.textShadow];
    look.push(style.fontSize, style.fontWeight, style.textIndent);
    let placed = false; // what lies behind it depends on where it came to lie
    for (let around = element; around; around = around.parentElement) {
      const box = getComputedStyle(around);
      look.push(box.backgroundColor, box.backgroundImage, box.opacity, box.filter);
      look.push(box.mixBlendMode, box.clipPath, box.overflow);
      placed ||= !["static", "relative"].includes(box.position) || box.float !== "none";
    }
    if (placed) {
      alone.push(element);
      continue;
    }
    const key = look.join("|");
    const before = alike.get(key);
    // The longest: axe leaves a single letter undecided.
    if (!before || before.length < text.length) alike.set(key, { element, length: text.length });
  }
  return [...alone, ...[...alike.values()].map((one) => one.element)];
}

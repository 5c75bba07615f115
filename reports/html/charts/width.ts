/** CSS pixels of a chart's width; the picture scales from there. */
export const width = 920;

// Numbers to text: quantiles and the Markdown table.

/** The value below which `share` of the values lie; NaN for none. */
export function quantile(values, share) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** The middle value; `null` when one is missing, because a median of what is left would hide that. */
export function median(values) {
  return values.some((value) => value == null) ? null : quantile(values, 0.5);
}

/** A table of measures, each with its limit and whether it is kept. */
export class Table {
  #lines = ['| measure | value | limit | |', '|---|---:|---:|---|'];

  heading(title) {
    this.#lines.push(`| **${title}** | | | |`);
  }

  /** `most` is the limit, if there is one; `absent` is what is written for a value that is not there. */
  row(name, value, unit, { most, absent = '-' } = {}) {
    const there = value != null && Number.isFinite(value);
    const digits = unit === '' ? 2 : 1;
    const text = (number) => `${number.toFixed(digits)}${unit && ` ${unit}`}`;
    const verdict = there && most != null ? (value <= most ? 'kept' : 'exceeded') : '';
    this.#lines.push(`| ${name} | ${there ? text(value) : absent} | ${most == null ? '' : text(most)} | ${verdict} |`);
  }

  toString() {
    return this.#lines.join('\n');
  }
}

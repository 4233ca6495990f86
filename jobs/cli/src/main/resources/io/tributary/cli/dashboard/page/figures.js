// Figures as people read them: the same words as the command line's.

export const NONE = "–";

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

export function whole(value) {
  return isNumber(value) ? Math.round(value).toLocaleString("en-US") : NONE;
}

/** Three digits that matter, with the unit of thousands: 1.04 M. */
export function scaled(value) {
  if (!isNumber(value)) {
    return NONE;
  }
  const units = ["", " k", " M", " G", " T"];
  let unit = 0;
  let rest = value;
  while (Math.abs(rest) >= 999.5 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  const size = Math.abs(rest);
  const decimals = unit === 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return rest.toFixed(decimals) + units[unit];
}

export function perplexity(value) {
  if (!isNumber(value)) {
    return NONE;
  }
  if (value >= 1e6) {
    return value.toExponential(1);
  }
  const decimals = value < 99.995 ? 2 : value < 999.95 ? 1 : 0;
  return value.toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** 0:07, 12:31, 1:02:03, 3 d 4 h. */
export function clock(seconds) {
  if (!isNumber(seconds)) {
    return NONE;
  }
  const s = Math.max(0, Math.round(seconds));
  const two = (n) => String(n).padStart(2, "0");
  if (s < 3600) {
    return `${Math.floor(s / 60)}:${two(s % 60)}`;
  }
  if (s < 2 * 86400) {
    return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  }
  return `${Math.floor(s / 86400)} d ${Math.floor(s / 3600) % 24} h`;
}

/** A duration that is read, not watched: 4.2 s, 3:20. */
export function duration(seconds) {
  if (!isNumber(seconds)) {
    return NONE;
  }
  return seconds < 100 ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s` : clock(seconds);
}

export function percent(ratio) {
  return isNumber(ratio) ? `${(100 * ratio).toFixed(ratio < 0.0995 ? 1 : 0)} %` : NONE;
}

/** Three digits that matter, whatever the size. */
export function norm(value) {
  if (!isNumber(value)) {
    return NONE;
  }
  const size = Math.abs(value);
  if (size === 0) {
    return "0";
  }
  if (size >= 1e5 || size < 1e-3) {
    return value.toExponential(2);
  }
  return size >= 999.5 ? whole(value) : value.toPrecision(3);
}

export function cosine(value) {
  return isNumber(value) ? value.toFixed(2).replace("-", "−") : NONE;
}

/** 03:12:09 UTC, and the day if it is not today. */
export function time(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) {
    return NONE;
  }
  const [day, hour] = at.toISOString().split("T");
  const today = new Date().toISOString().split("T")[0];
  return `${day === today ? "" : `${day} `}${hour.slice(0, 8)} UTC`;
}

export function plural(count, one, many) {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

export { isNumber };

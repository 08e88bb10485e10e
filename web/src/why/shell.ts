// SPDX-License-Identifier: Apache-2.0

/** A word of a shell's line. What the router names is data, and a device may be called `$(reboot)`. */
export function word(text: string): string {
	return /^[\w.:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

// SPDX-License-Identifier: Apache-2.0

/** What can stand without quotes, escapes left out of it: neither space, quote, backslash, comment nor semicolon. */
const BARE = /^[^ \t\n\v\f\r'"\\#;]+$/;

/** A value in the way that another one is written: in single quotes, in double quotes, or in none if it can be. */
export function quoteLike(written: string, value: string): string {
	if (written.startsWith('"')) return `"${value.replace(/["\\]/g, '\\$&')}"`;
	if (written !== '' && !written.startsWith("'") && BARE.test(value)) return value;
	return `'${value.replaceAll("'", "'\\''")}'`;
}

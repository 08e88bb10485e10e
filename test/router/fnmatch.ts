// SPDX-License-Identifier: Apache-2.0
/**
 * fnmatch(3) as rpcd calls it: FNM_NOESCAPE and no FNM_PATHNAME, so that `*` matches everything, slashes too,
 * and `[0-9]*` is one digit followed by anything.
 */
export function fnmatch(pattern: string, text: string): boolean {
	let source = '';
	for (let at = 0; at < pattern.length; at++) {
		const char = pattern.charAt(at);
		const set = char === '[' ? /^\[([!^]?)(\]?[^\]]*)\]/.exec(pattern.slice(at)) : null;
		if (set) {
			const members = (set[2] ?? '').replace(/[\\\]^]/g, '\\$&');
			source += `[${set[1] ? '^' : ''}${members}]`;
			at += set[0].length - 1;
		} else if (char === '*') source += '[^]*';
		else if (char === '?') source += '[^]';
		else source += char.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
	}
	return new RegExp(`^${source}$`).test(text);
}

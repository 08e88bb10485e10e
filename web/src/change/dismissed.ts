// SPDX-License-Identifier: Apache-2.0
/** Which change's outcome was dismissed in this tab, also over a reload. A browser may refuse to remember. */

const KEY = 'nft-offload.dismissed';

export function isDismissed(id: number): boolean {
	try {
		return sessionStorage.getItem(KEY) === String(id);
	} catch {
		return false;
	}
}

export function rememberDismissed(id: number): void {
	try {
		sessionStorage.setItem(KEY, String(id));
	} catch {
		// Then it is told once more after a reload.
	}
}

// SPDX-License-Identifier: Apache-2.0
/** What the page calls modes and paths, and the form of what it explains. */
import type { Mode, Path } from '../../../rpcd/api/index.ts';
import { _ } from './i18n.ts';

export function modeName(mode: Mode): string {
	switch (mode) {
		case 'off':
			return _('Off', 'offloading');
		case 'software':
			return _('Software', 'offloading');
		case 'hardware':
			return _('Hardware', 'offloading');
	}
}

/** Where the packets of a connection go. */
export function pathName(path: Path): string {
	switch (path) {
		case 'cpu':
			return _('CPU', 'offloading');
		case 'software':
			return _('Software', 'offloading');
		case 'hardware':
			return _('Hardware', 'offloading');
	}
}

/** `good`: as asked for. `info`: as asked for, and nothing is accelerated. `warning`: not as asked for. */
export type Tone = 'good' | 'info' | 'warning' | 'danger';

export interface Explanation {
	tone: Tone;
	text: string;
	/** What the admin can do; empty where there is nothing to do. */
	advice: string;
}

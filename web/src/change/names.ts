// SPDX-License-Identifier: Apache-2.0
/** What a change calls modes and times. */
import type { Mode } from '../../../rpcd/api/index.ts';
import { _, fill } from '../ui/i18n.ts';

/** A mode within a sentence. */
export function modeInText(mode: Mode): string {
	switch (mode) {
		case 'off':
			return _('switching offloading off');
		case 'software':
			return _('software offloading');
		case 'hardware':
			return _('hardware offloading');
	}
}

/** A time that was given: in the largest unit that fits it. */
export function durationText(seconds: number): string {
	if (seconds % 86_400 === 0) return seconds === 86_400 ? _('1 day') : fill(_('%s days'), seconds / 86_400);
	if (seconds % 3600 === 0) return seconds === 3600 ? _('1 hour') : fill(_('%s hours'), seconds / 3600);
	if (seconds % 60 === 0) return seconds === 60 ? _('1 minute') : fill(_('%s minutes'), seconds / 60);
	return fill(_('%s seconds'), seconds);
}

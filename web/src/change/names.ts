// SPDX-License-Identifier: Apache-2.0
/** What a change calls people, modes and times. */
import type { ChangeAuthor, Mode } from '../../../rpcd/api/index.ts';
import { _, fill } from '../ui/i18n.ts';

/** A user by his name. On the router itself everybody is root, so nobody is named. */
export const whose = (by: ChangeAuthor): string => by ?? _('somebody on the router');

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

/** A time that is left: "1:05", or "2:00:00". */
export function clockText(seconds: number): string {
	const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((each) => String(each).padStart(2, '0'));
	const hours = Math.floor(seconds / 3600);
	return hours > 0 ? [hours, ...parts].join(':') : parts.join(':').replace(/^0/, '');
}

/** A time that was given: in the largest unit that fits it. */
export function durationText(seconds: number): string {
	if (seconds % 86_400 === 0) return seconds === 86_400 ? _('1 day') : fill(_('%s days'), seconds / 86_400);
	if (seconds % 3600 === 0) return seconds === 3600 ? _('1 hour') : fill(_('%s hours'), seconds / 3600);
	if (seconds % 60 === 0) return seconds === 60 ? _('1 minute') : fill(_('%s minutes'), seconds / 60);
	return fill(_('%s seconds'), seconds);
}

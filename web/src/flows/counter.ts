// SPDX-License-Identifier: Apache-2.0
/** Counters and rates as the tables and the details write them. */
import { formatBytes, formatCount } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import type { Measure } from './query.ts';
import type { Rate } from './rates.ts';

export function amountText(count: number | null, measure: Measure): string {
	if (count === null) return '–';
	return measure === 'bytes' ? formatBytes(count) : formatCount(count);
}

/** Empty where nothing is known yet. Never zero for what is not counted. */
export function rateText(rate: Rate, measure: Measure): string {
	if (rate === 'unknown') return '';
	if (typeof rate === 'string') return _('not counted');
	return fill(_('%s/s'), amountText(rate[measure], measure));
}

// SPDX-License-Identifier: Apache-2.0
import type { Tuple } from '../../../rpcd/api/index.ts';

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes in decimal units with three significant digits: "1.05 GB". */
export function formatBytes(bytes: number): string {
	return inUnits(bytes, BYTE_UNITS);
}

function inUnits(whole: number, units: readonly string[]): string {
	let value = whole;
	let unit = 0;
	while (value >= 999.5 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}
	const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
	return `${value.toFixed(digits)} ${units[unit] ?? ''}`;
}

const BIT_UNITS = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s'];

/** What passes, in bits per second as lines are sold, from bytes per second. */
export function formatThroughput(bytes: number): string {
	return inUnits(8 * bytes, BIT_UNITS);
}

/** A whole number with thin spaces between thousands, which reads the same in every language. */
export function formatCount(count: number): string {
	return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** A share of a whole in percent; all and nothing are said only of all and nothing, and nothing of nothing is neither. */
export function formatShare(part: number, whole: number): string {
	if (whole <= 0) return '–';
	const percent = (100 * part) / whole;
	if (part > 0 && percent < 0.1) return '< 0.1 %';
	if (part < whole && percent > 99.9) return '> 99.9 %';
	return `${percent.toFixed(part === 0 || part === whole ? 0 : 1)} %`;
}

/** An address with its port, IPv6 as the RFC 5952 form in brackets: conntrack prints all eight groups. */
export function formatEndpoint(address: string, port: number | null): string {
	const text = address.includes(':') ? shortenIPv6(address) : address;
	if (port === null) return text;
	return address.includes(':') ? `[${text}]:${port}` : `${text}:${port}`;
}

export const formatSource = (tuple: Tuple) => formatEndpoint(tuple.source, tuple.source_port);
export const formatDestination = (tuple: Tuple) => formatEndpoint(tuple.destination, tuple.destination_port);

/** RFC 5952: no leading zeroes, the longest run of two or more zero groups as `::`, the first of equals. */
export function shortenIPv6(address: string): string {
	const groups = address.split(':').map((group) => group.replace(/^0+(?=.)/, ''));
	if (groups.length !== 8) return address;
	let best = { start: -1, length: 1 };
	for (let start = 0; start < 8; start++) {
		let length = 0;
		while (groups[start + length] === '0') length++;
		if (length > best.length) best = { start, length };
	}
	if (best.start < 0) return groups.join(':');
	return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`;
}

// SPDX-License-Identifier: Apache-2.0
// @vitest-environment happy-dom
/** The switch: what is preselected, and what can be chosen. */
import { h, render } from 'preact';
import { expect, it } from 'vitest';
import type { Requested, Status } from '../../../rpcd/api/index.ts';
import { ModeChoice } from '../../../web/src/change/ModeChoice.tsx';
import { status } from '../status.ts';

const REFUSED: Requested = {
	readable: true,
	mode: 'off',
	hardware_alone: false,
	refused: { option: 'flow_offloading', value: 'enabled' }
};

function show(part: Partial<Status>) {
	let reviewed = '';
	const props = { status: status(part), mayWrite: true, busy: false as const, key: Math.random() };
	render(h(ModeChoice, { ...props, onReview: (mode) => (reviewed = mode) }), document.body);
	return {
		radios: [...document.querySelectorAll<HTMLInputElement>('input')],
		button: document.querySelector('button'),
		open: document.querySelector('fieldset')?.disabled === false,
		text: document.body.textContent,
		reviewed: () => reviewed
	};
}

it('preselects what is configured', () => {
	const { radios, button } = show({});
	expect(radios.map(({ checked }) => checked)).toEqual([false, true, false]);
	expect(button?.disabled).toBe(true);
});

it('takes a value that firewall4 refuses for no mode: each of the three is a way out (stuck-after-failed-reload)', async () => {
	const { radios, open, text, reviewed } = show({ requested: REFUSED });
	expect(open).toBe(true);
	expect(radios.map(({ checked }) => checked)).toEqual([false, false, false]);
	expect(text).toContain('No valid mode is configured');
	radios[0]?.click();
	await Promise.resolve();
	document.querySelector('form')?.requestSubmit();
	expect(reviewed()).toBe('off');
});

it('preselects nothing of a file that cannot be read, and changes nothing', () => {
	const { radios, open, text } = show({ requested: { readable: false, reason: 'no', line: 3 } });
	expect(open).toBe(false);
	expect(radios.some(({ checked }) => checked)).toBe(false);
	expect(text).toContain('Fix /etc/config/firewall first.');
});

it('says of hardware what the router cannot do, where that is known of each device', () => {
	const none = 'No device of this router has a flow engine.';
	expect(show({ engines: [{ device: 'wan', engine: 'no' }] }).text).toContain(none);
	expect(
		show({
			engines: [
				{ device: 'wan', engine: 'no' },
				{ device: 'lan1', engine: 'unknown' }
			]
		}).text
	).not.toContain(none);
	expect(show({}).text).not.toContain(none);
});

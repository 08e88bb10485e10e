// SPDX-License-Identifier: Apache-2.0
// @vitest-environment happy-dom
/** The switch: what is preselected, and what can be chosen. */
import { h, render } from 'preact';
import { expect, it } from 'vitest';
import type { Engine, Requested, Status } from '../../../rpcd/api/index.ts';
import { ModeChoice } from '../../../web/src/change/ModeChoice.tsx';
import { status } from '../status.ts';

const REFUSED: Requested = {
	readable: true,
	mode: 'off',
	hardware_alone: false,
	refused: { option: 'flow_offloading', value: 'enabled' }
};

function show(part: Partial<Status>, engines: readonly Engine['engine'][] = []) {
	let reviewed = '';
	const props = { status: status(part), engines, mayWrite: true, busy: false as const, key: Math.random() };
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
	expect(button?.getAttribute('aria-disabled')).toBe('true');
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
	expect(show({}, ['no', 'no']).text).toContain(none);
	expect(show({}, ['no', 'unknown']).text).not.toContain(none);
	expect(show({}).text).not.toContain(none);
});

it('says before the choice that the module is missing, of both modes that need it', () => {
	const missing = show({ module: { name: 'nft_flow_offload', state: 'missing' } }).text;
	expect(missing.split('kmod-nft-offload is not installed')).toHaveLength(3);
	expect(show({ module: { name: 'nft_flow_offload', state: 'builtin' } }).text).not.toContain('Not possible');
});

it('forgets what was chosen when a change was cancelled or refused', async () => {
	const props = { status: status(), engines: [], mayWrite: true, onReview: () => undefined };
	const draw = (busy: false | 'preparing') => {
		render(h(ModeChoice, { ...props, busy }), document.body);
	};
	render(null, document.body);
	draw(false);
	const checked = () => document.querySelector<HTMLInputElement>('input:checked')?.value;
	document.querySelector<HTMLInputElement>('input[value=hardware]')?.click();
	await Promise.resolve();
	draw(false);
	expect(checked()).toBe('hardware');
	draw('preparing');
	draw(false);
	await Promise.resolve();
	expect(checked()).toBe('software');
});

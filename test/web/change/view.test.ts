// SPDX-License-Identifier: Apache-2.0
// @vitest-environment happy-dom
/** What an admin sees of a change, and what a viewer does not. */
import { h, render } from 'preact';
import { beforeEach, expect, it } from 'vitest';
import type { ChangeCheck, Mode, Finding, Problem } from '../../../rpcd/api/index.ts';
import { ChangeView } from '../../../web/src/change/ChangeView.tsx';
import { FakeClock, FakeRouter, noProof } from './fake-router.ts';
import { pass, Tab, TRIAL } from './tab.ts';

let clock: FakeClock;
let router: FakeRouter;

beforeEach(() => {
	clock = new FakeClock();
	router = new FakeRouter(clock);
	router.proof = noProof;
	sessionStorage.clear();
	render(null, document.body);
});

function show({ draft, witness }: Tab, configured: Mode | null = 'software'): string {
	const findings = (found: readonly Finding[]) => found.map(({ code }) => `[${code}]`).join(' ');
	render(h(ChangeView, { draft, witness, now: clock.now(), configured, findings }), document.body);
	document.querySelector('style')?.remove();
	return document.body.textContent;
}

const buttons = () => [...document.querySelectorAll('button')].map(({ textContent }) => textContent);
const press = (name: string) => {
	[...document.querySelectorAll('button')].find(({ textContent }) => textContent === name)?.click();
};

async function reviewed(check: Partial<ChangeCheck>): Promise<string> {
	router.check = check;
	const tab = new Tab(router, clock);
	await tab.draft.review('software');
	return show(tab);
}

it('a review names what is special about it', async () => {
	const lost = 'its comments and formatting will be lost';
	const anyway = 'a restart takes the change back in any case';
	const usual = await reviewed({});
	expect(usual).toContain('and no others');
	expect(usual).not.toContain(lost);
	expect(usual).not.toContain(anyway);
	const config = { base64: btoa('config defaults\n'), size: 16 };
	expect(await reviewed({ edit: { kind: 'rewritten', config } })).toContain(lost);
	expect(usual).not.toContain('The firewall is not loaded now.');
	expect(await reviewed({ starts_firewall: true })).toContain('The change loads it, and it stays loaded');
	expect(await reviewed({ persistent: false })).toContain(anyway);
	expect(usual).not.toContain('firewall4 refuses');
	const way_back = { flow_offloading: '0', flow_offloading_hw: null };
	expect(await reviewed({ way_back })).toContain('the router goes back to Off');
	expect(await reviewed({ unknown_engines: ['lan1'] })).toContain('flow engine is unknown: lan1.');
	expect(await reviewed({ edit: { kind: 'in_place', splices: [] } })).toContain('No line');
});

it('a review tells what the mode would bring, and offers Software where hardware alone is refused', async () => {
	router.findings = [{ code: 'l2tp', severity: 'warning', devices: ['l2tp-vpn'] }];
	expect(await reviewed({})).toContain('What this mode would bring:[l2tp]');
	router.findings = [];
	expect(await reviewed({})).not.toContain('would bring');

	const problem: Problem = { problem: 'no_engine', devices: ['wan'] };
	router.faults.set('check_change', { fault: { kind: 'problem', problem }, done: false });
	const tab = new Tab(router, clock);
	await tab.draft.review('hardware');
	show(tab);
	expect(buttons()).toEqual(['Change to Software…', 'Close']);
	press('Change to Software…');
	await pass(clock, 1, tab);
	expect(tab.at('review').mode).toBe('software');
});

it('a trial that was chosen is what is started', async () => {
	const tab = new Tab(router, clock);
	await tab.draft.review('hardware');
	show(tab);
	const select = document.querySelector('select');
	if (select) select.value = '3600';
	document.querySelector('form')?.requestSubmit();
	await pass(clock, 5, tab);
	expect(tab.saw('running').change.report).toMatchObject(TRIAL);
	expect(show(tab)).toContain('Trial of Hardware');
	expect(buttons()).toEqual(['Keep', 'Go back']);
});

it('a change under way can be taken back, and kept when it is asked about', async () => {
	const tab = new Tab(router, clock);
	await tab.changeTo('software');
	await pass(clock, 5, tab);
	expect(show(tab)).toContain('The router goes back to Off in 1:55, unless the change is kept.');
	expect(document.body.textContent).toContain('On other paths7 connections');
	expect(buttons()).toEqual(['Go back']);
	await pass(clock, 10, tab);
	expect(show(tab)).toContain('Does the Internet work?');
	expect(buttons()).toEqual(['Keep', 'Go back']);
	press('Keep');
	await pass(clock, 1, tab);
	expect(show(tab)).toContain('Kept by root.');
	expect(buttons()).toEqual(['Undo: back to Off…', 'Dismiss']);
});

it('an undo is offered only where there is something to take back', async () => {
	const tab = new Tab(router, clock);
	await tab.changeTo('software');
	router.end({ code: 'kept', by: 'root', proved: true });
	await pass(clock, 1, tab);
	show(tab, 'hardware');
	expect(buttons()).toEqual(['Dismiss']);
	show(tab, 'software');
	press('Undo: back to Off…');
	await pass(clock, 1, tab);
	expect(tab.at('review').mode).toBe('off');
	const viewer = new Tab(router, clock, 'viewer');
	await viewer.status();
	show(viewer);
	expect(buttons()).toEqual(['Dismiss']);
});

it('a change of which a restart has left no word is told with what is configured', async () => {
	const tab = new Tab(router, clock);
	await tab.changeTo('software');
	router.lose();
	await pass(clock, 1, tab);
	expect(show(tab)).toContain('what it had written down of it cannot be read: it could not go back.');
	expect(document.body.textContent).toContain('/etc/config/firewall says Software now.');
	expect(buttons()).toEqual(['Dismiss']);
	press('Dismiss');
	const later = new Tab(router, clock);
	await later.status();
	expect(later.sight.step).toBe('nothing');
});

it('a viewer sees it without buttons', async () => {
	const viewer = new Tab(router, clock, 'viewer');
	router.start('root', { mode: 'software' });
	await pass(clock, 20, viewer);
	expect(show(viewer)).toContain('From Off to Software, started by root.');
	expect(document.body.textContent).toContain('read-only access');
	expect(document.body.textContent).not.toContain('Does the Internet work?');
	expect(buttons()).toEqual([]);
});

it('a router that is silent is said to be, and the change goes on to be shown', async () => {
	const tab = new Tab(router, clock);
	await tab.changeTo('software');
	router.isCutOff = () => true;
	await pass(clock, 130, tab);
	expect(show(tab)).toContain('The router does not answer.');
	expect(document.body.textContent).toContain('The time is over: the router goes back to Off.');
});

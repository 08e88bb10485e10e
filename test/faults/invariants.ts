// SPDX-License-Identifier: Apache-2.0
/** What must be true after each run, whatever has struck. */
import type { Change } from '../../rpcd/api/index.ts';
import { loadedMode, modeIn, optionsIn, otherLines, othersIn, type Sight } from './ground.ts';
import type { Plan } from './plan.ts';

/** What is known of a run when it is over. */
export interface Facts {
	plan: Plan;
	/** What was seen before it. */
	ground: Sight;
	/** The last change before it. */
	former: number | null;
	/** The number that start_change has answered with. */
	started: number | null;
	/** The problem that it has refused with. */
	refused: string | null;
	keepAsked: boolean;
	keepAnswered: boolean;
	/** Another admin has applied; and has confirmed it. */
	applied: boolean;
	confirmed: boolean;
	/** The router was restarted: what it had in memory is gone. */
	forgets: boolean;
	/** rpcd has lost its sessions, with what they had staged. */
	loggedOut: boolean;
}

/** What is not as it must be, in words. `staged`: by the other admin's session; null where that is gone. */
export function broken(facts: Facts, change: Change | null, sight: Sight, staged: string[] | null): string[] {
	return [
		...brokenOptions(facts, change, sight),
		...brokenFile(facts, sight),
		...brokenFirewall(sight),
		...leftBehind(sight),
		...lostStaging(facts, sight, staged)
	];
}

function brokenOptions({ plan, ...facts }: Facts, change: Change | null, sight: Sight): string[] {
	const mode = modeIn(optionsIn(sight));
	const is = (wanted: string, why: string): string[] =>
		mode === wanted ? [] : [`${why}, and the file says ${mode} instead of ${wanted}`];
	if (mode !== plan.from && mode !== plan.to) return [`the file says ${mode}`];
	if (change === null || change.state === 'none') {
		if (facts.started === null)
			return facts.refused === null ? [] : is(plan.from, `refused (${facts.refused})`);
		if (!facts.forgets) return ['get_change does not know the change'];
		return facts.keepAnswered ? is(plan.to, 'kept before a restart') : [];
	}
	if (change.state === 'lost') return ['the marker cannot be read any more'];
	if (facts.started !== null && change.report.id !== facts.started) return ['another change is told'];
	if (change.state !== 'ended') return [`the change has not ended: ${change.state}`];
	const { outcome } = change;
	switch (outcome.code) {
		case 'kept':
			return [...is(plan.to, 'kept'), ...(facts.keepAsked ? [] : ['kept, and nobody has asked for it'])];
		case 'reverted':
			return [
				...is(plan.from, `reverted (${outcome.reason.code})`),
				...(facts.keepAnswered ? ['reverted after keep_change was answered with kept'] : [])
			];
		case 'not_written':
			return is(plan.from, 'not written');
		case 'superseded':
			return is(modeIn(outcome.options), 'superseded');
	}
}

function brokenFile(facts: Facts, sight: Sight): string[] {
	const isName = (line: string): boolean => line.startsWith('copy.neighbour.name=');
	const names = sight.read.filter(isName).join();
	const expected = othersIn(facts.ground).filter((line) => !isName(line));
	const found = othersIn(sight).filter((line) => !isName(line));
	const before = `copy.neighbour.name='as-it-was'`;
	const after = `copy.neighbour.name='as-another-wants'`;
	const allowed = facts.confirmed ? [after] : facts.applied ? [before, after] : [before];
	const failing: string[] = [];
	if (sight.read.length < 2) failing.push(`the file is not whole: ${sight.text.length} bytes`);
	else if (found.join('\n') !== expected.join('\n')) failing.push('something else changed in the file');
	else if (!allowed.includes(names)) failing.push(`what another admin has applied is not there: ${names}`);
	// Who commits through libuci has the comments lost.
	const unchanged = otherLines(sight.text).join('\n') === otherLines(facts.ground.text).join('\n');
	if (!facts.applied && failing.length === 0 && !unchanged) failing.push('other lines of the file changed');
	return failing;
}

function brokenFirewall(sight: Sight): string[] {
	const loaded = loadedMode(sight);
	const asked = modeIn(optionsIn(sight));
	const failing =
		loaded === asked ? [] : [`the file says ${asked}, and the firewall is ${loaded ?? 'not loaded'}`];
	const name = /copy\.neighbour\.name='([\w-]+)'/.exec(sight.read.join('\n'))?.[1];
	if (loaded !== null && name !== undefined && !sight.ruleset.includes(name))
		failing.push(`the firewall lacks the rule ${name}`);
	return failing;
}

function leftBehind(sight: Sight): string[] {
	return [
		...(sight.marker ? ['the marker lies on the flash'] : []),
		...(sight.guards === '' ? [] : ['a guard runs']),
		...(sight.service ? ['procd has a guard to run'] : [])
	];
}

function lostStaging({ plan, forgets }: Facts, sight: Sight, staged: string[] | null): string[] {
	const failing: string[] = [];
	if (plan.stages.command_line && !forgets && !sight.staged.includes(`neighbour.src_port='4242'`))
		failing.push('what the command line has staged is gone');
	if (plan.stages.session && staged !== null && !staged.some((each) => each.endsWith('dest_port 4141')))
		failing.push('what a session has staged is gone');
	return failing;
}

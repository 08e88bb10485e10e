// SPDX-License-Identifier: Apache-2.0
/** The plugin's cases, in Node and on each real ucode at hand: the same answers. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runPlugin } from '../host/host.ts';
import { expectedCalls, type Case } from './case.ts';
import { CHECK_CASES } from './change/check.cases.ts';
import { DECIDE_CASES } from './change/decide.cases.ts';
import { START_CASES } from './change/start.cases.ts';
import { FLOWS_CASES } from './flows/flows.cases.ts';
import { GAIN_CASES } from './gain/gain.cases.ts';
import { INSTALL_CASES } from './install/install.cases.ts';
import { KEPT_CASES, POLICY_CASES } from './policy/policy.cases.ts';
import { REQUEST_CASES } from './base/request.cases.ts';
import { STATUS_CASES } from './state/status.cases.ts';
import { VERDICT_CASES } from './state/verdict.cases.ts';
import { EXPLAIN_CASES } from './why/explain.cases.ts';
import { CHAINS_CASES } from './why/chains.cases.ts';
import { FINDINGS_CASES } from './why/findings.cases.ts';
import { RELEARN_CASES } from './why/relearn.cases.ts';
import { allTiers } from './tiers.ts';

const GROUPS: Record<string, readonly Case[]> = {
	'bad input': REQUEST_CASES,
	get_status: STATUS_CASES,
	'get_status, against being as configured': VERDICT_CASES,
	get_flows: FLOWS_CASES.concat(KEPT_CASES),
	explain_flow: EXPLAIN_CASES,
	relearn_flows: RELEARN_CASES,
	check_change: CHECK_CASES,
	start_change: START_CASES,
	'get_change, keep_change and undo_change': DECIDE_CASES,
	get_policy: POLICY_CASES,
	'get_comparison, start_comparison and stop_comparison': GAIN_CASES,
	'get_package, get_job and install_package': INSTALL_CASES,
	'get_diagnosis, the devices on the way': CHAINS_CASES,
	'get_diagnosis, what is found': FINDINGS_CASES
};

type Grant = { ubus: { 'luci.nft-offload': string[] } };
type Grants = { read: Grant; write: Grant };

const tiers = allTiers();

/** Clocks depend on the machine; that they are whole and not negative does not. They are left out of the comparison. */
function withoutClocks(answer: unknown): unknown {
	if (typeof answer !== 'object' || answer === null) {
		return answer;
	}
	const { took_us = 0, at_ms = 0, load, ...rest } = answer as Record<string, unknown>;
	for (const clock of [took_us, at_ms]) {
		expect(clock).toSatisfy((value) => Number.isInteger(value) && Number(value) >= 0);
	}
	return load === undefined ? rest : { ...rest, load: withoutClocks(load) };
}

describe.each(tiers)('in $name', (tier) => {
	describe.each(Object.entries(GROUPS))('%s', (_group, cases) => {
		test.each(cases)('$name', async (given) => {
			const { answer, calls } = await tier.run(given);
			expect(withoutClocks(answer)).toEqual(given.expected);
			expect(calls).toEqual(expectedCalls(given));
		});
	});
});

test('`list` names the methods that the ACL file grants, no more and no less', async () => {
	const acl = new URL(
		'../../luci-app-src/root/usr/share/rpcd/acl.d/luci-app-nft-offload.json',
		import.meta.url
	);
	const granted = Object.values(JSON.parse(readFileSync(acl, 'utf8')) as Record<string, Grants>).flatMap(
		({ read, write }) => [...read.ubus['luci.nft-offload'], ...write.ubus['luci.nft-offload']]
	);
	const output = await runPlugin({ root: tiers[0].base, args: ['list'] });
	const methods = JSON.parse(output.toString('utf8')) as Record<string, object>;
	expect(Object.keys(methods).sort()).toEqual(granted.sort());
});

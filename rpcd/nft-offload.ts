#!/usr/bin/ucode
// SPDX-License-Identifier: Apache-2.0
/**
 * /usr/bin/nft-offload: what the page tells and does, for a terminal and for scripts. Each answer is the plugin's own, asked for
 * as rpcd asks, so that it is there without rpcd, too.
 *
 * Ends with 0 where all is as asked for, 1 where it is not, 2 where the firewall itself is in danger, 3 where the router does
 * not tell or refuses, and 64 (EX_USAGE) where it was called in a wrong way.
 */
'use strict';
import type {
	Arguments,
	Change,
	Comparison,
	Diagnosis,
	Flow,
	Flows,
	MethodName,
	Methods,
	Mode,
	Policy,
	PolicyRule,
	Problem,
	StartChangeArguments,
	Status
} from './api/index.ts';
import { question_of } from 'nft_offload.base.conntrack.line';
import { ask_plugin } from 'nft_offload.base.plugin';
import { is_problem } from 'nft_offload.base.problem';
import { is_mode } from 'nft_offload.base.request';
import { is_integer, is_text } from 'nft_offload.base.value';
import { make_report } from 'nft_offload.report.report';
import { change_words } from 'nft_offload.words.change';
import { bytes, counted, fact, paragraph, point } from 'nft_offload.words.columns';
import { comparison_words, passing_words, step_words } from 'nft_offload.words.gain';
import { policy_words } from 'nft_offload.words.policy';
import { reason_words } from 'nft_offload.words.reason';
import { findings_words } from 'nft_offload.words.report';
import { gravity_of, mode_words, seen_words, verdict_words } from 'nft_offload.words.verdict';

const USAGE_STATUS = 64;
const UNKNOWN_STATUS = 3;
/** Milliseconds between two looks at a change. */
const WATCH_REST = 1000;
/** Connections that are listed, and of which each is explained. */
const LISTED = 20;
const EXPLAINED = 10;

const USAGE = `Usage: nft-offload [--json] COMMAND

  status               what packets do now, and what stands in their way
  why                  what holds packets back, and what that costs
  why ADDRESS          why the connections of a client are on their paths
  flows [ADDRESS]      the connections by path, and the largest
  change               the change of the mode that runs or ended last
  change MODE          changes to off, software or hardware, watches, and keeps
                       what is proved
      --seconds N      so long until the router goes back (120)
      --trial          to live with it: kept only by "change keep"
  change keep | undo   keeps the change, or goes back
  policy               which connections stay on the CPU by choice
  policy keep NAME CONDITION...
                       keeps those for which all of these hold:
      --client ADDRESS --to ADDRESS --port PORT --tcp --udp --ipv4 --ipv6
      --first N        until N packets were sent
  policy enable | disable | remove NAME
                       each changes the policy as "change" does the mode
  compare              the comparison of two modes that runs or ended last
  compare MODE         what that mode costs the CPU beside the one that is set
                       up, under the traffic that passes, and goes back
      --keep           keeps it where it costs less and is proved
  compare stop         stops it, and goes back
  report               for a bug tracker
      --addresses      with addresses

The exit status is 0 where all is as asked for, 1 where it is not, 2 where the
firewall is in danger, 3 where the router does not tell or refuses.
`;

const given_json = index(ARGV, '--json') !== -1;

/** The problem in words: its code and whatever it tells besides. */
function problem_words(problem: Record<string, unknown>): string {
	const told = map(
		filter(keys(problem), (key) => key !== 'problem'),
		(key) => `${key}: ${sprintf('%J', problem[key])}`
	);
	const code = problem['problem'];
	return `${is_text(code) ? code : 'unknown problem'}${length(told) > 0 ? ` (${join(', ', told)})` : ''}`;
}

/** What the router refuses ends this program. */
function refuse(problem: Problem): never {
	warn(`nft-offload: ${problem_words(problem)}\n`);
	exit(UNKNOWN_STATUS);
}

/** Asks the plugin. */
function ask<M extends MethodName>(method: M, given: Arguments<M>): Methods[M]['reply'] {
	const answer = ask_plugin(method, given);
	return is_problem(answer) ? refuse(answer) : answer;
}

function show_json(reply: object): void {
	print(sprintf('%J', reply), '\n');
}

/** 1 where a finding is more than good to know. */
function status_of(diagnosis: Diagnosis): number {
	return length(filter(diagnosis.findings, (each) => each.severity !== 'notice')) > 0 ? 1 : 0;
}

function status_command(): number {
	const status: Status = ask('get_status', {});
	if (given_json) {
		show_json(status);
		return gravity_of(status.verdict);
	}
	const diagnosis: Diagnosis = ask('get_diagnosis', {});
	const requested = status.requested;
	print(
		paragraph(verdict_words(status)),
		'\n',
		fact('Configured', requested.readable ? mode_words(requested.mode) : 'unreadable'),
		fact('Set up', mode_words(status.effective.mode)),
		fact('Seen', seen_words(status)),
		length(diagnosis.findings) > 0 ? `\n${findings_words(diagnosis)}` : ''
	);
	return max(gravity_of(status.verdict), status_of(diagnosis));
}

function end_words(address: string, port: number | null): string {
	return port == null ? address : index(address, ':') === -1 ? `${address}:${port}` : `[${address}]:${port}`;
}

function flow_words(flow: Flow): string {
	const original = flow.original;
	return `${flow.protocol} ${end_words(original.source, original.source_port)} > ${end_words(original.destination, original.destination_port)}`;
}

function size_words(flow: Flow): string {
	const sent = flow.original.bytes;
	const received = flow.reply.bytes;
	return sent == null || received == null ? 'not counted' : bytes(sent + received);
}

/** Why each of a client's largest connections is where it is. */
function why_client(address: string): number {
	const flows: Flows = ask('get_flows', { client: address, limit: EXPLAINED });
	const explanations = map(flows.flows, (flow) => ask('explain_flow', question_of(flow)));
	if (given_json) {
		show_json({ flows: flows.flows, explanations: explanations });
		return 0;
	}
	for (let i = 0; i < length(explanations); i++) {
		const flow = flows.flows[i];
		const explanation = explanations[i];
		if (flow != null && explanation != null) {
			const reasons = map(explanation.reasons, reason_words);
			const told =
				length(reasons) > 0 ? join('; ', reasons) : `unknown; checked: ${join(', ', explanation.checked)}`;
			print(point(flow.path, `${flow_words(flow)}: ${told}`));
		}
	}
	if (length(flows.flows) === 0) {
		print(`No connection from or to ${address}.\n`);
	}
	return 0;
}

function why_command(words: string[]): number {
	const address = words[0];
	if (address != null) {
		return why_client(address);
	}
	const diagnosis: Diagnosis = ask('get_diagnosis', {});
	if (given_json) {
		show_json(diagnosis);
	} else {
		print(findings_words(diagnosis));
	}
	return status_of(diagnosis);
}

function flows_command(words: string[]): number {
	const address = words[0];
	const flows: Flows = ask(
		'get_flows',
		address == null ? { limit: LISTED } : { client: address, limit: LISTED }
	);
	if (given_json) {
		show_json(flows);
		return 0;
	}
	const totals = flows.totals;
	print(
		fact('CPU', `${counted(totals.cpu.flows, 'connection')}, ${bytes(totals.cpu.bytes)}`),
		fact('Software', `${counted(totals.software.flows, 'connection')}, ${bytes(totals.software.bytes)}`),
		fact('Hardware', `${counted(totals.hardware.flows, 'connection')}, ${bytes(totals.hardware.bytes)}`),
		'\n'
	);
	map(flows.flows, (flow) => {
		print(point(flow.path, `${flow_words(flow)}, ${size_words(flow)}`));
	});
	return 0;
}

/** How a change ended: 0 where the mode is what was wanted. */
function end_status(change: Change, wanted: 'kept' | 'reverted'): number {
	return change.state === 'ended' && change.outcome.code === wanted ? 0 : 1;
}

/** What of a change is worth a line: not each second that goes by. */
function stage_of(change: Change): string {
	return change.state === 'proving'
		? `${change.state} ${change.proof.lacks} ${change.proof.looks}`
		: change.state;
}

/** Watches a change to its end, and keeps what is proved unless it is a trial. */
function watch_change(first: Change): number {
	let change = first;
	let shown = '';
	while (change.state !== 'ended' && change.state !== 'none' && change.state !== 'lost') {
		const stage = stage_of(change);
		if (stage !== shown) {
			shown = stage;
			print(paragraph(change_words(change)));
		}
		if (change.state === 'proving' && change.proof.lacks == null && !change.report.trial) {
			ask('keep_change', { id: change.report.id });
		}
		sleep(WATCH_REST);
		change = ask('get_change', {});
	}
	print(paragraph(change_words(change)));
	return end_status(change, 'kept');
}

/** The number that follows a word; null where none does. */
function number_behind(words: string[], word: string): number | null {
	const at = index(words, word);
	const number = at === -1 ? null : int(words[at + 1]);
	return is_integer(number) ? number : null;
}

function usage(): number {
	warn(USAGE);
	return USAGE_STATUS;
}

function show_change(change: Change): void {
	if (given_json) {
		show_json(change);
	} else {
		print(paragraph(change_words(change)));
	}
}

function start_command(mode: Mode, words: string[]): number {
	const given: StartChangeArguments = { mode: mode, trial: index(words, '--trial') !== -1 };
	if (index(words, '--seconds') !== -1) {
		const seconds = number_behind(words, '--seconds');
		if (seconds == null) {
			return usage();
		}
		given.seconds = seconds;
	}
	const change: Change = ask('start_change', given);
	if (given_json) {
		show_json(change);
		return 0;
	}
	if (given.trial === true) {
		print(paragraph(change_words(change)), paragraph('Keep it with "nft-offload change keep".'));
		return 0;
	}
	return watch_change(change);
}

function change_command(words: string[]): number {
	const wanted = words[0];
	if (is_mode(wanted)) {
		return start_command(wanted, words);
	}
	const change: Change = ask('get_change', {});
	if (wanted == null) {
		show_change(change);
		return 0;
	}
	if (wanted !== 'keep' && wanted !== 'undo') {
		return usage();
	}
	if (change.state === 'none' || change.state === 'lost') {
		show_change(change);
		return 1;
	}
	const id = change.report.id;
	const answer: Change = ask(wanted === 'keep' ? 'keep_change' : 'undo_change', { id: id });
	show_change(answer);
	return answer.state === 'reverting' ? 0 : end_status(answer, wanted === 'keep' ? 'kept' : 'reverted');
}

/** The rule that words ask for; null where they are wrong. What it may say the plugin knows. */
function rule_by(words: string[]): PolicyRule | null {
	const rule: PolicyRule = { name: words[0] ?? '' };
	const lists: Record<string, string[]> = { '--client': [], '--to': [], '--port': [] };
	for (let i = 1; i < length(words); i++) {
		const word = words[i] ?? '';
		const more = lists[word];
		if (word === '--tcp' || word === '--udp') {
			rule.protocol = word === '--tcp' ? 'tcp' : 'udp';
		} else if (word === '--ipv4' || word === '--ipv6') {
			rule.family = word === '--ipv4' ? 'ipv4' : 'ipv6';
		} else if (word === '--first' && is_integer(int(words[i + 1]))) {
			i += 1;
			rule.first_packets = int(words[i]);
		} else if (more != null && words[i + 1] != null) {
			i += 1;
			push(more, words[i] ?? '');
		} else {
			return null;
		}
	}
	const clients = lists['--client'] ?? [];
	const destinations = lists['--to'] ?? [];
	const ports = lists['--port'] ?? [];
	if (length(clients) > 0) {
		rule.clients = clients;
	}
	if (length(destinations) > 0) {
		rule.destinations = destinations;
	}
	if (length(ports) > 0) {
		rule.ports = ports;
	}
	return rule;
}

/** The rules after what words ask for; null where they are wrong, or name no rule. */
function changed_rules(rules: PolicyRule[], words: string[]): PolicyRule[] | null {
	const action = words[0];
	const name = words[1] ?? '';
	if (action === 'keep') {
		const rule = rule_by(slice(words, 1));
		const others = filter(rules, (each) => each.name !== name);
		if (rule != null) {
			push(others, rule);
		}
		return rule == null ? null : others;
	}
	const found = filter(rules, (each) => each.name === name)[0];
	if (found == null || (action !== 'enable' && action !== 'disable' && action !== 'remove')) {
		return null;
	}
	found.enabled = action === 'enable';
	return action === 'remove' ? filter(rules, (each) => each.name !== name) : rules;
}

function policy_command(words: string[]): number {
	const policy: Policy = ask('get_policy', {});
	if (words[0] == null) {
		if (given_json) {
			show_json(policy);
		} else {
			print(policy_words(policy));
		}
		return policy.force.state === 'not_in_force' ? 1 : 0;
	}
	const rules = policy.fault == null ? changed_rules(policy.rules, words) : null;
	if (rules == null) {
		return policy.fault == null ? usage() : policy_command([]);
	}
	const requested = ask('get_status', {}).requested;
	const change: Change = ask('start_change', {
		mode: requested.readable ? requested.mode : 'off',
		policy: rules
	});
	if (given_json) {
		show_json(change);
		return 0;
	}
	return watch_change(change);
}

/** Watches a comparison to its end: each step, and now and then what passes. */
function watch_comparison(first: Comparison): Comparison {
	let comparison = first;
	let shown = '';
	let looks = 0;
	while (comparison.state === 'running') {
		const step = step_words(comparison);
		if (!given_json && step !== shown) {
			shown = step;
			print(paragraph(step));
		}
		looks += 1;
		if (!given_json && looks % 5 === 0 && comparison.passing != null) {
			print(fact('Now', passing_words(comparison.passing)));
		}
		sleep(WATCH_REST);
		comparison = ask('get_comparison', {});
	}
	return comparison;
}

/** 0 where the modes were compared. */
function show_comparison(comparison: Comparison): number {
	if (given_json) {
		show_json(comparison);
	} else {
		print(comparison_words(comparison));
	}
	return comparison.state === 'ended' && comparison.answer.code === 'compared' ? 0 : 1;
}

function compare_command(words: string[]): number {
	const wanted = words[0];
	if (is_mode(wanted)) {
		const keep = index(words, '--keep') !== -1;
		return show_comparison(watch_comparison(ask('start_comparison', { mode: wanted, keep_better: keep })));
	}
	const comparison: Comparison = ask('get_comparison', {});
	if (wanted == null) {
		return show_comparison(comparison);
	}
	if (wanted !== 'stop') {
		return usage();
	}
	if (comparison.state === 'none') {
		return show_comparison(comparison);
	}
	ask('stop_comparison', { id: comparison.report.id });
	const end = watch_comparison(ask('get_comparison', {}));
	show_comparison(end);
	return end.state === 'ended' && end.answer.code === 'stopped' ? 0 : 1;
}

function report_command(words: string[]): number {
	const answer = make_report(index(words, '--addresses') !== -1);
	const report = is_problem(answer) ? refuse(answer) : answer;
	if (given_json) {
		show_json(report);
	} else {
		print(report.text);
	}
	return 0;
}

function help(): number {
	print(USAGE);
	return 0;
}

const COMMANDS: Record<string, ((words: string[]) => number) | undefined> = {
	status: status_command,
	why: why_command,
	flows: flows_command,
	change: change_command,
	policy: policy_command,
	compare: compare_command,
	report: report_command,
	help: help,
	'--help': help,
	'-h': help
};

function main(): number {
	const words = filter(ARGV, (word) => word !== '--json');
	const command = COMMANDS[words[0] ?? ''];
	return command == null ? usage() : command(slice(words, 1));
}

exit(main());

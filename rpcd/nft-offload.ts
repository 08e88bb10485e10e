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
	FlowExplanation,
	Flows,
	MethodName,
	Methods,
	Policy,
	PolicyRule,
	Problem,
	RuleList,
	StartChangeArguments,
	Status
} from './api/index.ts';
import { call } from 'nft_offload.base.bus';
import { question_of } from 'nft_offload.base.conntrack.line';
import { ask_plugin } from 'nft_offload.base.plugin';
import { is_problem } from 'nft_offload.base.problem';
import { is_mode } from 'nft_offload.base.request';
import { is_object, is_text, matches } from 'nft_offload.base.value';
import { make_report } from 'nft_offload.report.report';
import { change_words } from 'nft_offload.words.change';
import { bytes, counted, fact, paragraph, point } from 'nft_offload.words.columns';
import { comparison_words, passing_words, step_words } from 'nft_offload.words.gain';
import { policy_words } from 'nft_offload.words.policy';
import { reason_words } from 'nft_offload.words.reason';
import { findings_words, modes_words } from 'nft_offload.words.report';
import { gravity_of, verdict_words } from 'nft_offload.words.verdict';

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
  policy keep NAME     keeps those for which all of these hold:
      --client ADDRESS --to ADDRESS --port PORT --tcp --udp --ipv4 --ipv6
      --mac ADDRESS|HOST --src ZONE --dest ZONE --dscp DSCP --mark MARK
      --first N        until N packets were sent
  policy enable | disable | remove NAME
                       each changes the policy as "change" does the mode,
                       and takes its options
  compare              the comparison of two modes that runs or ended last
  compare MODE         what that mode costs the CPU beside the one that is set
                       up, under the traffic that passes, and goes back
      --keep           keeps it where it costs a tenth less and is proved
  compare stop         stops it, and goes back
  report               for a bug tracker
      --addresses      with addresses

The exit status is 0 where all is as asked for, 1 where it is not, 2 where the
firewall is in danger, 3 where the router does not tell or refuses.
`;

const given_json = index(ARGV, '--json') !== -1;

/** What follows a command: words, in their order, and for each option that is given what follows it, each time. */
interface Given {
	words: string[];
	options: Record<string, string[]>;
}

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
	const diagnosis: Diagnosis = ask('get_diagnosis', {});
	const ends = max(gravity_of(status), status_of(diagnosis));
	if (given_json) {
		show_json({ status: status, diagnosis: diagnosis });
		return ends;
	}
	print(
		paragraph(verdict_words(status)),
		'\n',
		modes_words(status),
		length(diagnosis.findings) > 0 ? `\n${findings_words(diagnosis)}` : ''
	);
	return ends;
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

/** Whether the router holds it back, and not its kind: by rules, zones or hooks, or for a reason that nobody has found. */
function is_held_back(explanation: FlowExplanation): boolean {
	const first = explanation.reasons[0];
	return first == null || index(['no_rule', 'not_covered', 'no_forwarding'], first.code) !== -1;
}

/** Why the firewall lets none of a client's connections out, where it is that: by one to an address that nobody has (RFC 5737, 3849). */
function explain_none(address: string): FlowExplanation {
	const is_ipv6 = index(address, ':') !== -1;
	return ask('explain_flow', {
		family: is_ipv6 ? 'ipv6' : 'ipv4',
		protocol: is_ipv6 ? 'icmpv6' : 'icmp',
		source: address,
		destination: is_ipv6 ? '2001:db8::1' : '192.0.2.1'
	});
}

/** Why each of a client's largest connections is where it is. */
function why_client(address: string): number {
	const flows: Flows = ask('get_flows', { client: address, limit: EXPLAINED });
	const explanations =
		length(flows.flows) > 0
			? map(flows.flows, (flow) => ask('explain_flow', question_of(flow)))
			: // An address outside leads to others by where it comes from.
				filter([explain_none(address)], (each) => each.comes_by?.device !== each.goes_by?.device);
	const ends = length(filter(explanations, is_held_back)) > 0 ? 1 : 0;
	if (given_json) {
		show_json({ flows: flows.flows, explanations: explanations });
		return ends;
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
		const explanation = explanations[0];
		const reason = explanation == null ? null : explanation.reasons[0];
		const why = reason != null && reason.code === 'no_forwarding' ? `: ${reason_words(reason)}` : '';
		print(`No connection from or to ${address}${why}.\n`);
	}
	return ends;
}

function why_command(given: Given): number {
	const address = given.words[0];
	if (address != null) {
		return why_client(address);
	}
	const status: Status = ask('get_status', {});
	const diagnosis: Diagnosis = ask('get_diagnosis', {});
	const gravity = gravity_of(status);
	if (given_json) {
		show_json(diagnosis);
	} else {
		// What keeps the mode itself from being set up is no finding.
		const told = gravity > 0 ? paragraph(verdict_words(status)) : '';
		print(told, told !== '' && length(diagnosis.findings) === 0 ? '' : findings_words(diagnosis));
	}
	return max(gravity, status_of(diagnosis));
}

function flows_command(given: Given): number {
	const address = given.words[0];
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

/** Starts a change, for as long as the options say. */
function start_command(wanted: StartChangeArguments, given: Given): number {
	wanted.trial = exists(given.options, '--trial');
	const seconds = given.options['--seconds'];
	if (seconds != null) {
		wanted.seconds = int(seconds[0]);
	}
	const change: Change = ask('start_change', wanted);
	if (given_json) {
		show_json(change);
		return 0;
	}
	if (wanted.trial) {
		print(paragraph(change_words(change)), paragraph('Keep it with "nft-offload change keep".'));
		return 0;
	}
	return watch_change(change);
}

function change_command(given: Given): number {
	const wanted = given.words[0];
	if (is_mode(wanted)) {
		return start_command({ mode: wanted }, given);
	}
	if (length(given.options) > 0) {
		return usage();
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

const NUMBER = /[0-9]{1,9}/;
/** For how long a change is tried. */
const TERMS: Record<string, RegExp | null> = { '--trial': null, '--seconds': NUMBER };

/** The conditions that may be given more than once. */
const POLICY_LISTS: Record<string, RuleList> = {
	'--client': 'clients',
	'--to': 'destinations',
	'--port': 'ports',
	'--mac': 'macs',
	'--dscp': 'dscp'
};

/** Those that are one text. */
const POLICY_TEXTS: Record<string, 'src' | 'dest' | 'mark'> = {
	'--src': 'src',
	'--dest': 'dest',
	'--mark': 'mark'
};

/** The one of two words that is given as an option; null where both are, or none. */
function either<W extends string>(given: Given, one: W, other: W): W | null {
	const has_one = exists(given.options, `--${one}`);
	return has_one === exists(given.options, `--${other}`) ? null : has_one ? one : other;
}

/** The MAC addresses of hosts of this name, by leases and the like as LuCI lists them; where there are none, the word as it is. */
function macs_named(name: string): string[] {
	const hosts = call('luci-rpc', 'getHostHints', {}).data;
	const found = filter(keys(hosts), (mac) => {
		const host = hosts[mac];
		return is_object(host) && is_text(host['name']) && lc(host['name']) === lc(name);
	});
	return length(found) > 0 ? found : [name];
}

/** The rule that options ask for. What it may say the plugin knows. */
function rule_by(name: string, given: Given): PolicyRule {
	const options = given.options;
	const rule: PolicyRule = { name: name };
	const family = either(given, 'ipv4', 'ipv6');
	const protocol = either(given, 'tcp', 'udp');
	const first = options['--first'];
	if (family != null) {
		rule.family = family;
	}
	if (protocol != null) {
		rule.protocol = protocol;
	}
	map(keys(POLICY_LISTS), (option) => {
		const list = POLICY_LISTS[option];
		const texts = options[option];
		if (list != null && texts != null) {
			rule[list] = texts;
		}
	});
	map(keys(POLICY_TEXTS), (option) => {
		const name = POLICY_TEXTS[option];
		const text = options[option]?.[0];
		if (name != null && text != null) {
			rule[name] = text;
		}
	});
	if (first != null) {
		rule.first_packets = int(first[0]);
	}
	if (rule.macs != null) {
		const macs: string[] = [];
		map(rule.macs, (word) =>
			map(index(word, ':') === -1 ? macs_named(word) : [word], (mac) => push(macs, mac))
		);
		rule.macs = macs;
	}
	return rule;
}

/** The rules after what is asked for; null where that is wrong, or names no rule. */
function changed_rules(rules: PolicyRule[], given: Given): PolicyRule[] | null {
	const action = given.words[0];
	const name = given.words[1] ?? '';
	const others = filter(rules, (each) => each.name !== name);
	if (action === 'keep') {
		push(others, rule_by(name, given));
		return others;
	}
	const found = filter(rules, (each) => each.name === name)[0];
	if (
		length(given.words) < 2 ||
		length(filter(keys(given.options), (option) => !exists(TERMS, option))) > 0 ||
		(action !== 'enable' && action !== 'disable' && action !== 'remove')
	) {
		return null;
	}
	if (found == null) {
		warn(`nft-offload: No rule is called "${name}".\n`);
		exit(USAGE_STATUS);
	}
	found.enabled = action === 'enable';
	return action === 'remove' ? others : rules;
}

function show_policy(policy: Policy): number {
	if (given_json) {
		show_json(policy);
	} else {
		print(policy_words(policy));
	}
	return policy.force.state === 'not_in_force' ? 1 : 0;
}

function policy_command(given: Given): number {
	const policy: Policy = ask('get_policy', {});
	if (policy.fault != null || (length(given.words) === 0 && length(given.options) === 0)) {
		return show_policy(policy);
	}
	const rules = changed_rules(policy.rules, given);
	if (rules == null) {
		return usage();
	}
	const requested = ask('get_status', {}).requested;
	return start_command({ mode: requested.readable ? requested.mode : 'off', policy: rules }, given);
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
		// A look takes the processor that is measured.
		const measured = comparison.step === 'measuring' ? (comparison.seconds_left ?? 0) : 0;
		sleep(max(WATCH_REST, 1000 * measured));
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

function compare_command(given: Given): number {
	const wanted = given.words[0];
	const keep = exists(given.options, '--keep');
	if (is_mode(wanted)) {
		const started = ask('start_comparison', { mode: wanted, keep_better: keep });
		if (!given_json) {
			print(paragraph('The router goes on without this terminal: "nft-offload compare stop" stops it.'));
		}
		return show_comparison(watch_comparison(started));
	}
	if (keep || (wanted != null && wanted !== 'stop')) {
		return usage();
	}
	const comparison: Comparison = ask('get_comparison', {});
	if (wanted == null) {
		return show_comparison(comparison);
	}
	if (comparison.state === 'none') {
		return show_comparison(comparison);
	}
	ask('stop_comparison', { id: comparison.report.id });
	const end = watch_comparison(ask('get_comparison', {}));
	show_comparison(end);
	return end.state === 'ended' && end.answer.code === 'stopped' ? 0 : 1;
}

function report_command(given: Given): number {
	const answer = make_report(exists(given.options, '--addresses'));
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

interface Command {
	run: (given: Given) => number;
	/** How many words it takes at most. */
	words: number;
	/** Whether they are addresses. */
	addresses?: true;
	/** Its options, and what has to follow each; null for nothing. */
	options: Record<string, RegExp | null>;
}

const TEXT = /[^-].{0,}/;

const HELP: Command = { run: help, words: 0, options: {} };

const COMMANDS: Record<string, Command | undefined> = {
	status: { run: status_command, words: 0, options: {} },
	why: { run: why_command, words: 1, addresses: true, options: {} },
	flows: { run: flows_command, words: 1, addresses: true, options: {} },
	change: { run: change_command, words: 1, options: TERMS },
	policy: {
		run: policy_command,
		words: 2,
		options: {
			'--trial': null,
			'--seconds': NUMBER,
			'--ipv4': null,
			'--ipv6': null,
			'--tcp': null,
			'--udp': null,
			'--client': TEXT,
			'--to': TEXT,
			'--port': TEXT,
			'--src': TEXT,
			'--dest': TEXT,
			'--mac': TEXT,
			'--dscp': TEXT,
			'--mark': TEXT,
			'--first': NUMBER
		}
	},
	compare: { run: compare_command, words: 1, options: { '--keep': null } },
	report: { run: report_command, words: 0, options: { '--addresses': null } },
	help: HELP,
	'--help': HELP,
	'-h': HELP
};

/** What is given to a command; null where it does not know a word: nothing may be begun by a slip of the pen. */
function parse_given(command: Command, args: string[]): Given | null {
	const given: Given = { words: [], options: {} };
	for (let i = 0; i < length(args); i++) {
		const word = args[i] ?? '';
		if (!exists(command.options, word)) {
			push(given.words, word);
			continue;
		}
		const pattern = command.options[word];
		const texts = given.options[word] ?? [];
		given.options[word] = texts;
		if (pattern != null) {
			i += 1;
			const text = args[i] ?? '';
			if (!matches(text, pattern) || (length(texts) > 0 && !exists(POLICY_LISTS, word))) {
				return null;
			}
			push(texts, text);
		}
	}
	const unknown = filter(
		given.words,
		(word) => substr(word, 0, 1) === '-' || (command.addresses === true && iptoarr(word) == null)
	);
	return length(unknown) > 0 || length(given.words) > command.words ? null : given;
}

function main(): number {
	const words = filter(ARGV, (word) => word !== '--json');
	const command = COMMANDS[words[0] ?? ''];
	const given = command == null ? null : parse_given(command, slice(words, 1));
	return command == null || given == null ? usage() : command.run(given);
}

exit(main());

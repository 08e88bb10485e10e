// SPDX-License-Identifier: Apache-2.0
/** A report for a bug tracker: what the router is, what is set up and seen, and what was found. */
import type { Comparison, Diagnosis, Flows, Policy, Status } from '../../api/index.ts';
import { bytes, counted, fact, point } from 'nft_offload.words.columns';
import { finding_words } from 'nft_offload.words.finding';
import { comparison_words } from 'nft_offload.words.gain';
import { force_words } from 'nft_offload.words.policy';
import { mode_words, seen_words, verdict_words } from 'nft_offload.words.verdict';

/** MAC addresses and those of IPv4. */
const ADDRESS = /([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}|([0-9]{1,3}\.){3}[0-9]{1,3}/g;
/** What an address of IPv6 may stand in, and times and names that have a colon as well. */
const COLON_WORD = /([0-9A-Za-z_.]*:[0-9A-Za-z_.:]*)/;

/** Masks the address of IPv6 in a word, in which more may stand beside it, with a colon between: `addr:fe80::1:`. */
function masked_word(word: string): string {
	const parts = split(word, ':');
	for (let first = 0; first + 2 < length(parts); first++) {
		for (let end = min(length(parts), first + 9); end > first + 2; end--) {
			const told = join(':', slice(parts, first, end));
			const address = replace(told, /[.]+$/, '');
			if (address !== '::' && length(iptoarr(address) ?? []) === 16) {
				const kept = slice(parts, 0, first);
				push(kept, `xx${substr(told, length(address))}`);
				map(slice(parts, end), (part) => push(kept, part));
				return join(':', kept);
			}
		}
	}
	return word;
}

/** Names the addresses of people's devices and networks `xx`. */
function masked(text: string): string {
	let done = '';
	let rest = text;
	let word = match(rest, COLON_WORD)?.[0] ?? '';
	while (length(word) > 0) {
		const at = index(rest, word);
		done += substr(rest, 0, at) + masked_word(word);
		rest = substr(rest, at + length(word));
		word = match(rest, COLON_WORD)?.[0] ?? '';
	}
	return replace(done + rest, ADDRESS, 'xx');
}

function router_words(status: Status): string {
	const board = status.board;
	return join('', [
		fact('Router', board.model),
		fact('Release', `${board.distribution} ${board.version} ${board.revision} (${board.target})`),
		fact('Kernel', board.kernel),
		fact('Module', `${status.module.name} ${status.module.state}`),
		fact('Package', `${status.package.name} ${status.package.version ?? 'not installed'}`)
	]);
}

/** What is asked for, set up and seen. */
function modes_words(status: Status): string {
	const requested = status.requested;
	const effective = status.effective;
	return join('', [
		fact(
			'Configured',
			!requested.readable ? 'unreadable' : requested.refused != null ? 'refused' : mode_words(requested.mode)
		),
		fact('Set up', effective.error == null ? mode_words(effective.mode) : 'unknown'),
		fact('Seen', seen_words(status))
	]);
}

function state_words(status: Status): string {
	const effective = status.effective;
	return join('', [
		modes_words(status),
		fact('Devices', length(effective.devices) > 0 ? join(', ', effective.devices) : 'none'),
		length(status.engines) === 0
			? ''
			: fact(
					'Flow engines',
					join(
						', ',
						map(status.engines, (each) => `${each.device} ${each.engine}`)
					)
				),
		fact(
			'Connections',
			`${status.conntrack.count} of ${status.conntrack.maximum}${status.conntrack.accounting ? '' : ', not counted'}`
		),
		fact('Verdict', `${status.verdict.code}: ${verdict_words(status)}`)
	]);
}

function chains_words(diagnosis: Diagnosis): string {
	return join(
		'',
		map(diagnosis.chains, (chain) =>
			fact(
				`${chain.side} ${chain.zone ?? '-'}`,
				join(
					' > ',
					map(chain.links, (link) => {
						const marks = [
							link.hooked ? 'hooked' : '',
							link.enters?.path ?? '',
							link.up === false ? 'down' : ''
						];
						const told = join(
							' ',
							filter(marks, (mark) => mark !== '')
						);
						return `${link.device} (${link.kind}${told === '' ? '' : `: ${told}`})`;
					})
				)
			)
		)
	);
}

function flows_words(flows: Flows): string {
	const totals = flows.totals;
	return join(
		'',
		map(keys(totals), (path) => {
			const total = path === 'cpu' ? totals.cpu : path === 'software' ? totals.software : totals.hardware;
			return fact(path, `${counted(total.flows, 'connection')}, ${bytes(total.bytes)}`);
		})
	);
}

function findings_words(diagnosis: Diagnosis): string {
	return length(diagnosis.findings) === 0
		? 'Nothing found.\n'
		: join(
				'',
				map(diagnosis.findings, (each) => point(each.severity, `${each.code}: ${finding_words(each)}`))
			);
}

/** `flows`: null where the router has no list of connections. With `addresses` they stay in it. */
function report_text(
	status: Status,
	diagnosis: Diagnosis,
	policy: Policy | null,
	flows: Flows | null,
	comparison: Comparison,
	addresses: boolean
): string {
	const text = join('\n', [
		router_words(status),
		state_words(status) +
			(policy == null
				? ''
				: fact('Policy', `${counted(length(policy.rules), 'rule')}. ${force_words(policy.force)}`)),
		chains_words(diagnosis),
		flows == null ? '' : flows_words(flows),
		findings_words(diagnosis),
		comparison_words(comparison)
	]);
	return addresses ? text : masked(text);
}

export { findings_words, modes_words, report_text };

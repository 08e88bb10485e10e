// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import type { Flow, Tuple } from '../../../rpcd/api/index.ts';
import { formatBytes, formatCount, formatDestination, formatEndpoint, formatSource } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { pathName } from '../ui/names.ts';
import { rateText } from './counter.ts';
import type { Hosts } from './hosts.ts';
import { translationsOf, type Translation } from './nat.ts';
import type { FlowRates, Rate } from './rates.ts';
import { explainDistrust } from './trust.ts';

/** Draws why a connection is on its path. */
export type DrawWhy = (flow: Flow) => ComponentChildren;

interface FlowDetailsProps {
	flow: Flow;
	rates: FlowRates;
	hosts: Hosts;
	why: DrawWhy | null;
	/** Asks for the connections of one address. */
	onClient: (address: string) => void;
}

/** Both tuples of a connection, what is translated, and which of its counters can be trusted. */
export function FlowDetails({ flow, rates, hosts, why, onClient }: FlowDetailsProps) {
	const { source, destination } = translationsOf(flow);
	return (
		<dl class="nfo-facts">
			<Fact name={_('Why it is on this path')}>
				{why?.(flow)}
				<p class="nfo-hint">{pathText(flow)}</p>
				<p>
					<button
						type="button"
						class="nfo-link"
						onClick={() => {
							onClient(flow.original.source);
						}}
					>
						{fill(
							_('All connections of %s'),
							hosts.nameOf(flow.original.source) || formatEndpoint(flow.original.source, null)
						)}
					</button>
				</p>
			</Fact>
			<Fact name={_('Sent', 'connection')}>
				<Direction tuple={flow.original} rate={rates.original} hosts={hosts} />
			</Fact>
			<Fact name={_('Received', 'connection')}>
				<Direction tuple={flow.reply} rate={rates.reply} hosts={hosts} />
			</Fact>
			<Fact name={_('Address translation')}>
				{source && <p>{translated(_('The source %s goes out as %s.'), source)}</p>}
				{destination && <p>{translated(_('The destination %s stands for %s.'), destination)}</p>}
				{!source && !destination && <p>{_('None: both sides see the same addresses.')}</p>}
			</Fact>
		</dl>
	);
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
	return (
		<div>
			<dt>{name}</dt>
			<dd>{children}</dd>
		</div>
	);
}

function Direction({ tuple, rate, hosts }: { tuple: Tuple; rate: Rate; hosts: Hosts }) {
	return (
		<>
			<p class="nfo-address">
				{formatSource(tuple)} → {formatDestination(tuple)}
			</p>
			<Names addresses={[tuple.source, tuple.destination]} hosts={hosts} />
			<p>{countersText(tuple, rate)}</p>
			<p class="nfo-hint">{trustText(rate)}</p>
		</>
	);
}

function Names({ addresses, hosts }: { addresses: readonly string[]; hosts: Hosts }) {
	const known = addresses.filter((address) => hosts.nameOf(address) !== '');
	if (known.length === 0) return null;
	return (
		<p>
			{known.map((address) => (
				<span key={address} class="nfo-name">
					{address} = <bdi>{hosts.nameOf(address)}</bdi>
				</span>
			))}
		</p>
	);
}

const translated = (text: string, { from, to }: Translation) => fill(text, from, to);

function countersText({ bytes, packets }: Tuple, rate: Rate): string {
	if (bytes === null || packets === null) return _('no counters');
	const text = fill(_('%s in %s packets'), formatBytes(bytes), formatCount(packets));
	return typeof rate === 'string' ? text : `${text}, ${rateText(rate, 'bytes')}`;
}

function trustText(rate: Rate): string {
	if (rate === 'unknown') return _('Counted; the rate is known after the next look.');
	return typeof rate === 'string' ? explainDistrust(rate) : _('Counted: this is what passed.');
}

function pathText(flow: Flow): string {
	const name = pathName(flow.path);
	if (flow.path !== 'cpu')
		return fill(_('%s: the flowtable keeps it, so it has neither a timeout nor a TCP state.'), name);
	return flow.timeout === null
		? name
		: fill(_('%s: expires in %s s unless another packet comes.'), name, formatCount(flow.timeout));
}

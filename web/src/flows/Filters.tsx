// SPDX-License-Identifier: Apache-2.0
import { Component, type ComponentChildren, type TargetedEvent } from 'preact';
import { _ } from '../ui/i18n.ts';
import { pathName } from '../ui/names.ts';
import {
	directionOf,
	FAMILIES,
	isAddress,
	isSearch,
	LIMITS,
	measureOf,
	PATHS,
	sortBy,
	VIEWS,
	type Measure,
	type Query
} from './query.ts';
import type { FlowsState } from './state.ts';

/** The protocols that routers see; another one can be asked for in the address of the page. */
const PROTOCOLS = ['tcp', 'udp', 'icmp', 'icmpv6', 'gre', 'sctp', 'udplite', 'dccp'];
const MEASURES: readonly Measure[] = ['bytes', 'packets'];
const HOSTS_ID = 'nfo-hosts';

/** What narrows the list. */
export function Filters({ flows }: { flows: FlowsState }) {
	const { query } = flows;
	const protocols =
		query.protocol === null || PROTOCOLS.includes(query.protocol)
			? PROTOCOLS
			: [...PROTOCOLS, query.protocol];
	return (
		<form
			class="nfo-filters"
			role="search"
			aria-label={_('Filter the connections')}
			onSubmit={(event) => {
				event.preventDefault();
			}}
		>
			<Select
				name={_('Show', 'list')}
				value={query.view}
				options={VIEWS.map((view) => [
					view,
					view === 'clients' ? _('Clients', 'connections') : _('Connections')
				])}
				onChoose={(view) => {
					flows.ask({ view });
				}}
			/>
			<SearchField flows={flows} />
			<details class="nfo-more" open={isFolded(query) ? undefined : true}>
				<summary>{_('More filters')}</summary>
				<div class="nfo-filters">
					<ClientField flows={flows} />
					<Choice
						name={_('Path', 'packets')}
						value={query.path}
						options={PATHS.map((path) => [path, pathName(path)])}
						onChoose={(path) => {
							flows.ask({ path });
						}}
					/>
					<Choice
						name={_('Family', 'protocol')}
						value={query.family}
						options={FAMILIES.map((family) => [family, family === 'ipv4' ? 'IPv4' : 'IPv6'])}
						onChoose={(family) => {
							flows.ask({ family });
						}}
					/>
					<Choice
						name={_('Protocol')}
						value={query.protocol}
						options={protocols.map((protocol) => [protocol, protocol.toUpperCase()])}
						onChoose={(protocol) => {
							flows.ask({ protocol });
						}}
					/>
					<Select
						name={_('Count', 'list')}
						value={measureOf(query.sort)}
						options={MEASURES.map((measure) => [measure, measure === 'bytes' ? _('Bytes') : _('Packets')])}
						onChoose={(measure) => {
							flows.ask({ sort: sortBy(measure, directionOf(query.sort)) });
						}}
					/>
					<Select
						name={_('Rows', 'list')}
						value={query.limit}
						options={LIMITS.map((limit) => [limit, String(limit)])}
						onChoose={(limit) => {
							flows.ask({ limit });
						}}
					/>
				</div>
			</details>
		</form>
	);
}

/** Whether nothing that is folded away is set: what narrows the list is always seen. */
const isFolded = ({ path, family, protocol, client }: Query) =>
	(path ?? family ?? protocol ?? client) === null;

interface TypedProps {
	flows: FlowsState;
}

interface Typed {
	/** What was typed and not taken; null when all was. */
	text: string | null;
	/** The field was left since. */
	left: boolean;
}

/** Takes what the router can search for, and keeps what it cannot until it is mended. */
class SearchField extends Component<TypedProps, { text: string | null }> {
	override state = { text: null };

	override render({ flows }: TypedProps, { text }: { text: string | null }) {
		return (
			<Field name={_('Search')}>
				<input
					type="search"
					class="cbi-input-text"
					placeholder={_('Address, port or state')}
					value={text ?? flows.query.search}
					maxLength={64}
					autocomplete="off"
					spellcheck={false}
					onInput={({ currentTarget: input }) => {
						const search = input.value;
						const taken = isSearch(search);
						this.setState({ text: taken ? null : search });
						input.setCustomValidity(taken ? '' : _('Only letters, digits and signs of ASCII.'));
						if (taken) flows.ask({ search });
						else input.reportValidity();
					}}
				/>
			</Field>
		);
	}
}

/**
 * Takes an address as it is typed, and the name of a host when the field is left or Enter is pressed: before, it may be
 * the beginning of another's.
 */
class ClientField extends Component<TypedProps, Typed> {
	override state: Typed = { text: null, left: false };

	readonly #take = ({ currentTarget: { value: text }, type }: TargetedEvent<HTMLInputElement>): void => {
		const { flows } = this.props;
		const left = type === 'change';
		const typed = text.trim();
		const named = left ? flows.hosts.addressOf(typed) : null;
		const client = isAddress(typed) ? typed.toLowerCase() : named;
		const taken = client !== null || typed === '';
		this.setState({ text: taken ? null : text, left });
		if (taken && client !== flows.query.client) flows.ask({ client });
	};

	override render({ flows }: TypedProps, { text, left }: Typed) {
		return (
			<Field name={_('Client', 'connection')}>
				<input
					class="cbi-input-text"
					list={HOSTS_ID}
					placeholder={_('Address or name')}
					value={text ?? flows.query.client ?? ''}
					maxLength={64}
					autocomplete="off"
					spellcheck={false}
					aria-invalid={left && text !== null}
					onInput={this.#take}
					onChange={this.#take}
				/>
				<datalist id={HOSTS_ID}>
					{flows.hosts.list().map(({ address, name }) => (
						<option key={address} value={address} label={name} />
					))}
				</datalist>
			</Field>
		);
	}
}

interface ChoiceProps<T extends string> {
	name: string;
	value: T | null;
	options: readonly (readonly [T, string])[];
	onChoose: (value: T | null) => void;
}

/** One of several, or any. */
function Choice<T extends string>({ name, value, options, onChoose }: ChoiceProps<T>) {
	return (
		<Select
			name={name}
			value={value ?? ''}
			options={[['', _('Any', 'filter')] as const, ...options]}
			onChoose={(chosen) => {
				onChoose(chosen === '' ? null : chosen);
			}}
		/>
	);
}

interface SelectProps<T extends string | number> {
	name: string;
	value: T;
	options: readonly (readonly [T, string])[];
	onChoose: (value: T) => void;
}

function Select<T extends string | number>({ name, value, options, onChoose }: SelectProps<T>) {
	return (
		<Field name={name}>
			<select
				class="cbi-input-select"
				value={value}
				onChange={({ currentTarget }) => {
					const chosen = options[currentTarget.selectedIndex];
					if (chosen) onChoose(chosen[0]);
				}}
			>
				{options.map(([each, text]) => (
					<option key={each} value={each}>
						{text}
					</option>
				))}
			</select>
		</Field>
	);
}

function Field({ name, children }: { name: string; children: ComponentChildren }) {
	return (
		<label class="nfo-filter">
			<span>{name}</span>
			{children}
		</label>
	);
}

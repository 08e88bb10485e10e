// SPDX-License-Identifier: Apache-2.0
import { Component, type ComponentChildren } from 'preact';
import { _ } from '../i18n.ts';
import { pathName } from '../texts/status.ts';
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
	type Measure
} from './query.ts';
import type { ExplorerState } from './state.ts';

/** The protocols that routers see; another one can be asked for in the address of the page. */
const PROTOCOLS = ['tcp', 'udp', 'icmp', 'icmpv6', 'gre', 'sctp', 'udplite', 'dccp'];
const MEASURES: readonly Measure[] = ['bytes', 'packets'];
const HOSTS_ID = 'nfo-hosts';

/** What narrows the list. */
export function Filters({ explorer }: { explorer: ExplorerState }) {
	const { query } = explorer;
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
				name={_('Show')}
				value={query.view}
				options={VIEWS.map((view) => [view, view === 'clients' ? _('Clients') : _('Connections')])}
				onChoose={(view) => {
					explorer.ask({ view });
				}}
			/>
			<SearchField explorer={explorer} />
			<ClientField explorer={explorer} />
			<Choice
				name={_('Path')}
				value={query.path}
				options={PATHS.map((path) => [path, pathName(path)])}
				onChoose={(path) => {
					explorer.ask({ path });
				}}
			/>
			<Choice
				name={_('Family')}
				value={query.family}
				options={FAMILIES.map((family) => [family, family === 'ipv4' ? 'IPv4' : 'IPv6'])}
				onChoose={(family) => {
					explorer.ask({ family });
				}}
			/>
			<Choice
				name={_('Protocol')}
				value={query.protocol}
				options={protocols.map((protocol) => [protocol, protocol.toUpperCase()])}
				onChoose={(protocol) => {
					explorer.ask({ protocol });
				}}
			/>
			<Select
				name={_('Count')}
				value={measureOf(query.sort)}
				options={MEASURES.map((measure) => [measure, measure === 'bytes' ? _('Bytes') : _('Packets')])}
				onChoose={(measure) => {
					explorer.ask({ sort: sortBy(measure, directionOf(query.sort)) });
				}}
			/>
			<Select
				name={_('Rows')}
				value={query.limit}
				options={LIMITS.map((limit) => [limit, String(limit)])}
				onChoose={(limit) => {
					explorer.ask({ limit });
				}}
			/>
		</form>
	);
}

function SearchField({ explorer }: { explorer: ExplorerState }) {
	return (
		<Field name={_('Search')}>
			<input
				type="search"
				class="cbi-input-text"
				placeholder={_('Address, port or state')}
				value={explorer.query.search}
				maxLength={64}
				autocomplete="off"
				spellcheck={false}
				onInput={({ currentTarget: input }) => {
					const search = input.value;
					input.setCustomValidity(isSearch(search) ? '' : _('Only letters, digits and signs of ASCII.'));
					if (isSearch(search)) explorer.ask({ search });
					else input.reportValidity();
				}}
			/>
		</Field>
	);
}

interface ClientFieldProps {
	explorer: ExplorerState;
}

/** Takes an address, or the name of a host. What is being typed is asked for when it is one of them. */
class ClientField extends Component<ClientFieldProps, { text: string | null }> {
	override state = { text: null };

	#take(text: string): void {
		const { explorer } = this.props;
		const client = isAddress(text.trim()) ? text.trim().toLowerCase() : explorer.hosts.addressOf(text);
		this.setState({ text: client === null && text.trim() !== '' ? text : null });
		if (client !== null || text.trim() === '') {
			if (client !== explorer.query.client) explorer.ask({ client });
		}
	}

	override render({ explorer }: ClientFieldProps, { text }: { text: string | null }) {
		return (
			<Field name={_('Client')}>
				<input
					class="cbi-input-text"
					list={HOSTS_ID}
					placeholder={_('Address or name')}
					value={text ?? explorer.query.client ?? ''}
					maxLength={64}
					autocomplete="off"
					spellcheck={false}
					aria-invalid={text !== null}
					onInput={({ currentTarget: input }) => {
						this.#take(input.value);
					}}
				/>
				<datalist id={HOSTS_ID}>
					{explorer.hosts.list().map(({ address, name }) => (
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
			options={[['', _('Any')] as const, ...options]}
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

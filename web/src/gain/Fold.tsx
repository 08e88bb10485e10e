// SPDX-License-Identifier: Apache-2.0
import { Component, type ComponentType } from 'preact';
import type { UbusClient } from '../lib/ubus/index.ts';
import { _ } from '../ui/i18n.ts';
import { LoadedFold } from '../ui/LoadedFold.tsx';
import type { GainProps } from './GainView.tsx';
import type { GainState } from './state.ts';

interface FoldProps extends Omit<GainProps, 'gain'> {
	router: Pick<UbusClient, 'call'>;
	/** Loads what shows it. */
	load: () => Promise<{ GainState: typeof GainState; GainView: ComponentType<GainProps> }>;
	/** Called when a comparison that was seen running has ended. */
	ended: () => void;
}

interface Loaded {
	gain: GainState;
	View: ComponentType<GainProps>;
}

/** What a mode gains, folded. */
export class GainFold extends Component<FoldProps, { loaded: Loaded | null }> {
	override state: { loaded: Loaded | null } = { loaded: null };

	override componentWillUnmount() {
		this.state.loaded?.gain.leave();
	}

	readonly #load = async (): Promise<void> => {
		if (this.state.loaded) return;
		const { GainState, GainView } = await this.props.load();
		const gain = new GainState(
			this.props.router,
			() => {
				this.forceUpdate();
			},
			this.props.ended
		);
		this.setState({ loaded: { gain, View: GainView } });
	};

	readonly #look = (): void => {
		void this.state.loaded?.gain.look();
	};

	override render(props: FoldProps, { loaded }: GainFold['state']) {
		return (
			<LoadedFold
				name={_('What it gains')}
				aside={_('Two modes compared on this router.')}
				load={this.#load}
				opened={this.#look}
			>
				{() => loaded && <loaded.View {...props} gain={loaded.gain} />}
			</LoadedFold>
		);
	}
}

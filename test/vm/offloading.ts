// SPDX-License-Identifier: Apache-2.0
/** Scripts that ask firewall4 for a mode, as an admin does at the router's shell. */

const asks = (...options: string[]): string =>
	`${options.map((option) => `uci set firewall.@defaults[0].${option}=1`).join('; ')}; uci commit firewall; fw4 -q reload`;

export const SOFTWARE = asks('flow_offloading');
export const HARDWARE = asks('flow_offloading', 'flow_offloading_hw');

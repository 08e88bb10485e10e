// SPDX-License-Identifier: GPL-2.0
/* What an engine can forward, and how it rewrites it. */

#include <linux/etherdevice.h>
#include <linux/if_pppox.h>
#include <linux/ppp_defs.h>
#include <net/flow_dissector.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include "packet_engine.h"

/* Fragments, options, the last hop, and the end of a connection are the CPU's. */
static bool is_ordinary(const struct sk_buff *skb, const struct frame *frame)
{
	const struct ipv6hdr *ipv6 = (void *)skb->data + frame->network;
	const struct iphdr *ipv4 = (void *)skb->data + frame->network;
	const struct tcphdr *tcp = (void *)skb->data + frame->transport;

	if (frame->end > skb->len || frame->transport + sizeof(struct udphdr) > frame->end)
		return false;
	if (is_ipv4(&frame->tuple) ? ipv4->ihl != 5 || ipv4->ttl <= 1 : ipv6->hop_limit <= 1)
		return false;
	if (frame->tuple.protocol == IPPROTO_TCP)
		return frame->transport + sizeof(*tcp) <= frame->end && !tcp->fin && !tcp->rst;
	return frame->tuple.protocol == IPPROTO_UDP;
}

/* Looks under all tags. True if it is a frame that an engine can forward. */
bool read_frame(const struct sk_buff *skb, struct frame *frame)
{
	const struct ethhdr *eth = (const struct ethhdr *)skb->data;
	struct flow_keys keys;

	if (is_multicast_ether_addr(eth->h_dest))
		return false;
	memset(&keys, 0, sizeof(keys));
	if (!__skb_flow_dissect(NULL, skb, &flow_keys_dissector, &keys, skb->data, eth->h_proto,
				ETH_HLEN, skb_headlen(skb), FLOW_DISSECTOR_F_STOP_AT_ENCAP) ||
	    (keys.control.flags & (FLOW_DIS_IS_FRAGMENT | FLOW_DIS_ENCAPSULATION)))
		return false;
	memset(frame, 0, sizeof(*frame));
	frame->tuple.type = keys.basic.n_proto;
	frame->tuple.protocol = keys.basic.ip_proto;
	frame->tuple.ports = keys.ports.ports;
	frame->transport = keys.control.thoff;
	if (keys.control.addr_type == FLOW_DISSECTOR_KEY_IPV4_ADDRS) {
		const struct iphdr *ip = (void *)skb->data + frame->transport - sizeof(*ip);

		memcpy(frame->tuple.address, &keys.addrs.v4addrs, sizeof(keys.addrs.v4addrs));
		frame->network = frame->transport - sizeof(*ip);
		frame->end = frame->network + ntohs(ip->tot_len);
	} else if (keys.control.addr_type == FLOW_DISSECTOR_KEY_IPV6_ADDRS) {
		const struct ipv6hdr *ip = (void *)skb->data + frame->transport - sizeof(*ip);

		memcpy(frame->tuple.address, &keys.addrs.v6addrs, sizeof(keys.addrs.v6addrs));
		frame->network = frame->transport - sizeof(*ip);
		frame->end = frame->transport + ntohs(ip->payload_len);
	} else {
		return false;
	}
	return is_ordinary(skb, frame);
}

/* Addresses are in the pseudo header: they count for the sum of TCP and UDP as well. */
static void replace_word(__be32 *word, __be32 new, __sum16 *sum, __sum16 *ip_sum)
{
	__be32 old = get_unaligned(word);

	put_unaligned(new, word);
	if (sum)
		csum_replace4(sum, old, new);
	if (ip_sum)
		csum_replace4(ip_sum, old, new);
}

/* From the network header on. */
static void rewrite_packet(struct sk_buff *skb, const struct rule *rule)
{
	bool ipv4 = is_ipv4(&rule->match);
	__be32 *address = ipv4 ? (__be32 *)&ip_hdr(skb)->saddr : (__be32 *)&ipv6_hdr(skb)->saddr;
	bool udp = rule->match.protocol == IPPROTO_UDP;
	__sum16 *sum = udp ? &udp_hdr(skb)->check : &tcp_hdr(skb)->check;
	int i;

	if (udp && !*sum)
		sum = NULL;
	if (ipv4)
		ip_decrease_ttl(ip_hdr(skb));
	else
		ipv6_hdr(skb)->hop_limit--;
	for (i = 0; i < (ipv4 ? 2 : 8); i++)
		replace_word(&address[i], rule->after.address[i], sum,
			     ipv4 ? &ip_hdr(skb)->check : NULL);
	replace_word((__be32 *)skb_transport_header(skb), rule->after.ports, sum, NULL);
	if (udp && sum && !*sum)
		*sum = CSUM_MANGLED_0;
}

static void push_headers(struct sk_buff *skb, const struct rule *rule)
{
	__be16 type = rule->match.type;
	struct vlan_hdr *vlan;
	struct ethhdr *eth;
	int i;

	if (rule->session) {
		struct pppoe_hdr *pppoe = skb_push(skb, PPPOE_SES_HLEN);

		pppoe->ver = 1;
		pppoe->type = 1;
		pppoe->code = 0;
		pppoe->sid = htons(rule->session);
		pppoe->length = htons(skb->len - sizeof(*pppoe));
		put_unaligned_be16(is_ipv4(&rule->match) ? PPP_IP : PPP_IPV6, pppoe + 1);
		type = htons(ETH_P_PPP_SES);
	}
	for (i = rule->vlans - 1; i >= 0; i--) {
		vlan = skb_push(skb, VLAN_HLEN);
		vlan->h_vlan_TCI = htons(rule->vlan[i]);
		vlan->h_vlan_encapsulated_proto = type;
		type = htons(ETH_P_8021Q);
	}
	eth = skb_push(skb, ETH_HLEN);
	*eth = rule->eth;
	eth->h_proto = type;
	skb_reset_mac_header(skb);
}

int rewrite(struct sk_buff *skb, const struct frame *frame, const struct rule *rule)
{
	if (skb_cow(skb, ENCAP_ROOM + ETH_HLEN))
		return -ENOMEM;
	skb_trim(skb, frame->end);	/* short frames are padded */
	skb_pull(skb, frame->network);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, frame->transport - frame->network);
	rewrite_packet(skb, rule);
	push_headers(skb, rule);
	return 0;
}

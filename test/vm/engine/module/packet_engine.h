/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PACKET_ENGINE_H
#define PACKET_ENGINE_H

#include <linux/if_ether.h>
#include <linux/if_pppox.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <net/flow_offload.h>

#define MAX_VLANS	2
/* What a rule can put before a packet, besides the Ethernet header. */
#define ENCAP_ROOM	(MAX_VLANS * VLAN_HLEN + PPPOE_SES_HLEN)

/* Compared whole, so zeroed before it is filled. */
struct tuple {
	__be32 address[8];	/* as in the header: source, destination */
	__be32 ports;		/* as in the header */
	__be16 type;		/* ETH_P_IP or ETH_P_IPV6 */
	u8 protocol;
};

struct rule {
	struct hlist_node node;
	struct rcu_head rcu;
	struct tuple match, after;
	unsigned long cookie;		/* the kernel's name for it */
	const struct flow_block *owner;
	u32 slot;

	struct net_device *cable;	/* where the frame leaves */
	struct ethhdr eth;		/* its addresses */
	u16 vlan[MAX_VLANS];		/* outermost first */
	unsigned int vlans;
	u16 session;			/* of PPPoE; 0: none */

	atomic64_t packets, bytes;
	u64 told_packets, told_bytes;
	unsigned long used;
};

struct frame {
	struct tuple tuple;
	unsigned int network, transport, end;	/* from the frame's first byte */
};

static inline bool is_ipv4(const struct tuple *tuple)
{
	return tuple->type == htons(ETH_P_IP);
}

/* devices.c */
bool is_port(const struct net_device *dev);
struct net_device *other_end(const struct net_device *dev);
unsigned int index_of(const struct net_device *dev);
void count_received(struct net_device *dev, unsigned int length);
bool engine_takes(struct sk_buff *skb, struct net_device *port);
extern u64 port_cycles;

/* frames.c */
bool read_frame(const struct sk_buff *skb, struct frame *frame);
int rewrite(struct sk_buff *skb, const struct frame *frame, const struct rule *rule);

/* generator.c */
void show_cable(struct net_device *cable);
void forget_cables(void);

/* rules.c */
struct rule *find_rule(const struct tuple *tuple);
int port_setup_tc(struct net_device *port, enum tc_setup_type type, void *type_data);
void show_rules(void);
void forget_rules(void);

#endif

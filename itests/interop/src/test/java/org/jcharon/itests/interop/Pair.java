// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

/** A jcharon and a strongSwan, configured as mirrors of each other, in namespaces of their own. */
final class Pair implements AutoCloseable {

    /** Who starts. */
    enum Starter {
        JCHARON,
        STRONGSWAN
    }

    private final Namespaces net;
    private final Jcharon ours;
    private final StrongSwan peer;

    private Pair(Namespaces net, Jcharon ours, StrongSwan peer) {
        this.net = net;
        this.ours = ours;
        this.peer = peer;
    }

    /** jcharon left, strongSwan right. */
    static Pair of(Connection... both) {
        return of(both, both);
    }

    static Pair of(Connection[] left, Connection[] right) {
        Namespaces net = Namespaces.plain();
        try {
            return start(net, net.left(), net.right(), left, right);
        } catch (RuntimeException | AssertionError e) {
            net.close();
            throw e;
        }
    }

    /** On given namespaces, which are then this pair's to close. */
    static Pair start(Namespaces net, Site ourSite, Site peerSite, Connection[] our, Connection[] their) {
        StrongSwan peer = StrongSwan.start(peerSite, Conf.of(peerSite, ourSite, their));
        try {
            return new Pair(net, Jcharon.start(ourSite, Conf.of(ourSite, peerSite, our)), peer);
        } catch (RuntimeException | AssertionError e) {
            peer.end();
            throw e;
        }
    }

    Jcharon ours() {
        return ours;
    }

    StrongSwan peer() {
        return peer;
    }

    Daemon starter(Starter who) {
        return who == Starter.JCHARON ? ours : peer;
    }

    /** Brings one child up from one side; both sides must have one CHILD_SA then. */
    void up(Starter who, String connection, String child) {
        Tunnel.up(starter(who), who == Starter.JCHARON ? peer : ours, connection, child);
    }

    /** Takes the IKE_SA down from one side; afterwards neither side may have one. */
    void down(Starter who, String connection) {
        Tunnel.down(starter(who), who == Starter.JCHARON ? peer : ours, connection);
    }

    @Override
    public void close() {
        try {
            peer.end();
            ours.close();
        } finally {
            net.close();
        }
    }

    static Connection[] list(Connection... connections) {
        return connections;
    }
}

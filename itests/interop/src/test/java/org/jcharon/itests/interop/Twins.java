// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

/** Two jcharons, configured as mirrors of each other. */
final class Twins implements AutoCloseable {

    private final Namespaces net;
    private final Jcharon left;
    private final Jcharon right;

    private Twins(Namespaces net, Jcharon left, Jcharon right) {
        this.net = net;
        this.left = left;
        this.right = right;
    }

    /** The namespaces are this object's to close. */
    static Twins on(Namespaces net, Connection both) {
        return on(net, both, both);
    }

    /** With a connection of its own for each. */
    static Twins on(Namespaces net, Connection leftOne, Connection rightOne) {
        Jcharon left = Jcharon.start(net.left(), Conf.of(net.left(), net.right(), leftOne));
        return new Twins(net, left, Jcharon.start(net.right(), Conf.of(net.right(), net.left(), rightOne)));
    }

    Jcharon left() {
        return left;
    }

    Jcharon right() {
        return right;
    }

    @Override
    public void close() {
        try {
            left.close();
            right.close();
        } finally {
            net.close();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.framework;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.kernel.UsageStats;
import org.jcharon.api.socket.IkeSocket;
import org.jcharon.api.wire.Secret;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** What one version of a plugin leaves to the next. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class HandoverTest {
    private static final String SOCKET = "org.jcharon.socket-default";
    private static final String LIBIPSEC = "org.jcharon.kernel-libipsec";
    private static final InetAddress LOCAL = InetAddress.getLoopbackAddress();
    private static final int MARKER_OCTETS = 4;
    private static final int HEADER_OCTETS = 28;
    private static final int REPLY_MILLISECONDS = 10_000;

    private final Framework framework = new Framework();

    @Configuration
    public Option[] container() {
        return Daemon.options(HandoverTest.class);
    }

    @Before
    public void awaitReady() throws InterruptedException {
        Await.until("ready", framework::isReady, framework::missing);
    }

    private void update(Bundle bundle, String version) throws IOException, BundleException, InterruptedException {
        try (InputStream next = Distribution.restamped(Distribution.jar(bundle.getSymbolicName()), version)) {
            bundle.update(next);
        }
        framework.refresh(List.of(bundle));
    }

    /**
     * An INFORMATIONAL request for an IKE_SA that nobody has (RFC 7296 section 3.1); it may be answered (section
     * 2.21.4). Before it the non-ESP marker (RFC 3948 section 2.2), as on every port but 500.
     */
    private static byte[] strayRequest(long spi) {
        return ByteBuffer.allocate(MARKER_OCTETS + HEADER_OCTETS)
                .putInt(0)
                .putLong(spi)
                .putLong(~spi)
                .put((byte) 0)
                .put((byte) 0x20)
                .put((byte) 37)
                .put((byte) 0x08)
                .putInt(0)
                .putInt(HEADER_OCTETS)
                .array();
    }

    @Test
    public void aDatagramThatArrivesWhileTheSocketsPluginIsReplacedIsAnswered()
            throws IOException, BundleException, InterruptedException {
        Bundle bundle = framework.bundle(SOCKET);
        int port = framework.service(IkeSocket.class).port();
        int natPort = framework.service(IkeSocket.class).natPort();
        try (DatagramSocket peer = new DatagramSocket(new InetSocketAddress(LOCAL, 0))) {
            peer.setSoTimeout(REPLY_MILLISECONDS);
            bundle.stop();
            byte[] request = strayRequest(0x0102030405060708L);
            peer.send(new DatagramPacket(request, request.length, LOCAL, port));
            update(bundle, "9.0.0");
            bundle.start();
            DatagramPacket reply = new DatagramPacket(new byte[1500], 1500);
            peer.receive(reply);
            assertEquals(port, reply.getPort());
            assertEquals(0x0102030405060708L, ByteBuffer.wrap(reply.getData()).getLong(MARKER_OCTETS));
        }
        Await.until("ready", framework::isReady, framework::missing);
        assertEquals(port, framework.service(IkeSocket.class).port());
        assertEquals(natPort, framework.service(IkeSocket.class).natPort());
    }

    @Test
    public void theSasOfUserlandIpsecPassToTheNextVersion()
            throws IOException, BundleException, InterruptedException, KernelException {
        InetAddress there = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
        Bundle bundle = framework.bundle(LIBIPSEC);
        KernelIpsec before = framework.service(KernelIpsec.class);
        SaId id = new SaId(there, ProtocolId.ESP, 0x00c0ffee);
        try (KernelSa sa = KernelSa.builder()
                .id(id)
                .source(LOCAL)
                .reqid(1)
                .encryption(TransformId.encr(20, 128))
                .encryptionKey(Secret.own(new byte[20]))
                .encapsulationSourcePort(4500)
                .encapsulationDestinationPort(4500)
                .build()) {
            before.addSa(sa);
        }
        assertEquals(1, before.saCount());
        update(bundle, "9.0.0");
        Await.until("ready", framework::isReady, framework::missing);
        KernelIpsec after = framework.service(KernelIpsec.class);
        assertNotEquals(before, after);
        assertEquals(1, after.saCount());
        assertEquals(UsageStats.NONE, after.query(id));
        after.deleteSa(id);
        assertEquals(0, after.saCount());
    }
}

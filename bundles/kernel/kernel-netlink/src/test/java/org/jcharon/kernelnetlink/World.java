// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernelnetlink;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.kernel.KernelEvents;
import org.jcharon.api.kernel.KernelHandover;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.processing.Dispatcher;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.Timer;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.wire.Secret;
import org.jcharon.lib.linux.Linux;

/** A network namespace of its own with what the component wants from core. The body runs on a thread inside the namespace. */
final class World implements Processor, Scheduler, KernelEvents, KernelHandover, Settings {

    /** Body of a test. */
    interface Body {
        void run(World world) throws Exception;
    }

    final Linux linux = Linux.create();
    final Map<String, String> settings = new HashMap<>();
    final BlockingQueue<Job> timers = new LinkedBlockingQueue<>();
    final BlockingQueue<Boolean> roams = new LinkedBlockingQueue<>();
    private final List<NetlinkKernelNet> nets = new ArrayList<>();
    private Secret deposit;

    /** Skips the test, with the reason, where no namespace can be had, or nothing to furnish it with. */
    static void run(Body body) throws Exception {
        World world = new World();
        CompletableFuture<String> entered = new CompletableFuture<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                world.linux.enterNewNetworkNamespace();
                world.ip("link set lo up");
                entered.complete("");
            } catch (IOException | InterruptedException e) {
                entered.complete(e.getMessage());
                return;
            }
            try {
                body.run(world);
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            } finally {
                world.nets.forEach(NetlinkKernelNet::deactivate);
            }
        });
        thread.start();
        String reason = entered.get(20, TimeUnit.SECONDS);
        if (!reason.isEmpty()) {
            abort(reason);
        }
        try {
            done.get(40, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }

    /** eth0 with 10.1.0.1/24 and fec0:1::1/64, eth1 with 10.2.0.1/24, both up; a default route by 10.1.0.254. */
    void twoInterfaces() throws Exception {
        ip("link add eth0 type veth peer name peer0");
        ip("link add eth1 type veth peer name peer1");
        for (String name : List.of("eth0", "eth1", "peer0", "peer1")) {
            ip("link set " + name + " up");
        }
        ip("addr add 10.1.0.1/24 dev eth0");
        ip("addr add fec0:1::1/64 dev eth0 nodad");
        ip("addr add 10.2.0.1/24 dev eth1");
        ip("route add default via 10.1.0.254");
    }

    NetlinkKernelNet open() {
        NetlinkKernelNet net = new NetlinkKernelNet(linux, this, this, this, this, this);
        nets.add(net);
        return net;
    }

    void close(NetlinkKernelNet net) {
        nets.remove(net);
        net.deactivate();
    }

    /** Runs {@code ip} with these arguments in the namespace of the calling thread; its output. */
    String ip(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments.split(" ")));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + output);
        }
        return output;
    }

    static InetAddress at(String literal) throws IOException {
        return InetAddress.getByName(literal);
    }

    /** Runs the next timer, and gives the roam event that it leads to. */
    boolean nextRoam() throws InterruptedException {
        Job timer = timers.poll(5, TimeUnit.SECONDS);
        assertNotNull(timer, "no timer");
        timer.run();
        Boolean roam = roams.poll(5, TimeUnit.SECONDS);
        assertNotNull(roam, "no roam event");
        return roam;
    }

    /** Roam events until no more come for a while: what setting up an interface leads to takes some time. */
    void settle() throws InterruptedException {
        for (Job timer = timers.poll(2, TimeUnit.SECONDS);
                timer != null;
                timer = timers.poll(500, TimeUnit.MILLISECONDS)) {
            timer.run();
        }
        roams.clear();
    }

    @Override
    public Dispatcher dispatcher(String name, Consumer<Dispatcher> loop, Runnable wake) {
        ThreadDispatcher dispatcher = new ThreadDispatcher(loop, wake);
        dispatcher.thread.start();
        return dispatcher;
    }

    @Override
    public Timer schedule(Job job, Duration delay) {
        timers.add(job);
        return () -> timers.remove(job);
    }

    @Override
    public void roam(boolean address) {
        roams.add(address);
    }

    @Override
    public void deposit(String plugin, int version, Secret state) {
        deposit = state;
    }

    @Override
    public Optional<Secret> take(String plugin, int version) {
        Optional<Secret> taken = Optional.ofNullable(deposit);
        deposit = null;
        return taken;
    }

    @Override
    public Optional<String> get(String key) {
        return Optional.ofNullable(settings.get(key));
    }

    @Override
    public long number(String key, long fallback) {
        return get(key).map(Long::decode).orElse(fallback);
    }

    @Override
    public boolean flag(String key, boolean fallback) {
        return get(key).map("yes"::equals).orElse(fallback);
    }

    @Override
    public double fraction(String key, double fallback) {
        return fallback;
    }

    @Override
    public Duration duration(String key, Duration fallback) {
        return fallback;
    }

    @Override
    public List<String> sections(String key) {
        return List.of();
    }

    @Override
    public List<String> keys(String section) {
        return List.of();
    }

    @Override
    public int size() {
        return timers.size();
    }

    @Override
    public void execute(Job job) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> CompletionStage<T> blocking(String resource, int limit, Duration deadline, Callable<T> call) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int active(Priority priority) {
        return 0;
    }

    @Override
    public int queued(Priority priority) {
        return 0;
    }

    @Override
    public int threads() {
        return 0;
    }

    @Override
    public int idleThreads() {
        return 0;
    }

    @Override
    public void acquire(int reqid, TrafficSelector source, TrafficSelector destination) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void expire(SaId sa, boolean hard) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void mapping(SaId inbound, Endpoint newRemote) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void unknownSpi(int spi, Endpoint source, Endpoint destination) {
        throw new UnsupportedOperationException();
    }

    private static final class ThreadDispatcher implements Dispatcher {

        private final Thread thread;
        private final Runnable wake;
        private volatile boolean closed;

        ThreadDispatcher(Consumer<Dispatcher> loop, Runnable wake) {
            this.wake = wake;
            this.thread = new Thread(() -> loop.accept(this));
            thread.setDaemon(true);
        }

        @Override
        public boolean isClosed() {
            return closed;
        }

        @Override
        public void close() {
            closed = true;
            wake.run();
            try {
                thread.join(4000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                throw new IllegalStateException("the loop did not end");
            }
        }
    }
}

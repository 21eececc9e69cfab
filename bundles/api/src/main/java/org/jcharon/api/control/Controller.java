// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.control;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What controllers ask of the daemon. Provided by core; any thread; nothing waits: results are stages, which complete on a job
 * thread. A {@code timeout} of zero means: no limit. Whoever no longer wants a result cancels its {@code toCompletableFuture()}: the
 * stream of the log ends and nothing is kept for the caller; what was begun goes on.
 */
@ProviderType
public interface Controller {

    /** Chooses SAs; a null or 0 part does not count, all that count must fit. */
    record Selector(String ikeName, long ikeId, String childName, long childId) {
        /** All SAs. */
        public static final Selector ALL = new Selector(null, 0, null, 0);

        /** IKE_SAs by name. */
        public static Selector ike(String name) {
            return new Selector(name, 0, null, 0);
        }

        /** CHILD_SAs by name. */
        public static Selector child(String name) {
            return new Selector(null, 0, name, 0);
        }

        /** Whether CHILD_SAs are chosen, not whole IKE_SAs. */
        public boolean wantsChildren() {
            return childName != null || childId != 0;
        }

        /** Whether a CHILD_SA has the name and the number asked for. */
        public boolean fits(ChildSaInfo child) {
            return (childName == null || childName.equals(child.name()))
                    && (childId == 0 || childId == child.uniqueId());
        }
    }

    /**
     * Chooses the peers to redirect; null and 0 do not count.
     *
     * @param peerAddress an address, a prefix or a range {@code a-b}
     * @param peerId may have wildcards
     */
    record RedirectSelector(String ikeName, long ikeId, String peerAddress, Identification peerId) {}

    /**
     * Brings up a CHILD_SA, and its IKE_SA if there is none to use.
     *
     * @param connection name of the connection; null: the first that has the child
     * @param child name of the child; null: the IKE_SA alone
     * @param log gets the log of the SA concerned until the stage completes; null: none
     */
    default CompletionStage<Outcome> initiate(String connection, String child, Duration timeout, LogListener log) {
        return initiate(connection, child, false, timeout, log);
    }

    /**
     * The same; with {@code withinLimits} nothing begins while {@code charon.init_limit_half_open} or
     * {@code charon.init_limit_job_load} is reached.
     */
    CompletionStage<Outcome> initiate(
            String connection, String child, boolean withinLimits, Duration timeout, LogListener log);

    /** Closes what fits: CHILD_SAs if {@code selector} names a child, else IKE_SAs. {@code force}: without waiting for peers. */
    CompletionStage<Outcome> terminate(Selector selector, boolean force, Duration timeout, LogListener log);

    /** Rekeys what fits: CHILD_SAs if {@code selector} names a child, else IKE_SAs; completes when the new ones are up. */
    default CompletionStage<Outcome> rekey(Selector selector, Duration timeout) {
        return rekey(selector, false, timeout);
    }

    /** The same; {@code reauthenticate}: IKE_SAs are made anew with a new authentication instead. */
    CompletionStage<Outcome> rekey(Selector selector, boolean reauthenticate, Duration timeout);

    /** Sends peers to another gateway (RFC 5685), an address or a DNS name. */
    CompletionStage<Outcome> redirect(RedirectSelector selector, Identification gateway);

    /**
     * Installs the trap of a child, or the shunt if its mode is PASS or DROP.
     *
     * @param connection name of the connection; null: the first that has the child
     */
    CompletionStage<Outcome> install(String connection, String child);

    /** Takes traps and shunts of a child away; {@code connection} null: of all connections. */
    CompletionStage<Outcome> uninstall(String connection, String child);

    /** Traps and shunts that are installed. */
    Stream<PolicyInfo> listPolicies();

    /**
     * The last attempts to bring a connection up, ours and those of peers, newest first; a bounded number of them.
     *
     * @param connection empty: attempts of peers that no connection fitted
     */
    default List<AttemptInfo> attempts(String connection) {
        return List.of();
    }

    /** What an IKE_SA went through, one that is gone lately too. */
    default Optional<TraceInfo> trace(long uniqueId) {
        return Optional.empty();
    }

    /** The traces of all IKE_SAs and of those that are gone lately, by number; a bounded number of the latter. */
    default List<TraceInfo> traces() {
        return List.of();
    }

    /** All IKE_SAs; each is looked at when the stream gets to it, none waits for another. */
    Stream<IkeSaInfo> listSas();

    /** The IKE_SAs that fit; if CHILD_SAs are chosen, those that have one, with no others. Each as in {@link #listSas()}. */
    Stream<IkeSaInfo> listSas(Selector selector);

    /** Counters and gauges of the daemon by dotted name, in order. */
    Map<String, Long> statistics();

    /** Counters of IKE; empty if no plugin counts. Asked per use. */
    Optional<IkeCounters> counters();

    /** Names of the plugins that are active, strongSwan's where it has them, in order. */
    List<String> plugins();

    /** When the daemon started. */
    Instant startedAt();
}

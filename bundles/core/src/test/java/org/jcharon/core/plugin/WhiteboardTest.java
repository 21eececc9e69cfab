// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

final class WhiteboardTest {

    private final Whiteboard<Supplier<String>> board = new Whiteboard<>("supplier");
    private int calls;

    private void add(String answer, int ranking, long id) {
        board.add(() -> answer, Map.of("service.ranking", ranking, "service.id", id));
    }

    private List<String> answers() {
        return board.map(Supplier::get);
    }

    @Test
    void asksTheHigherRankingFirstAndTheOlderAtEqualRank() {
        add("young", 0, 9);
        add("old", 0, 3);
        add("best", 10, 20);
        assertEquals(List.of("best", "old", "young"), answers());
    }

    @Test
    void aServiceThatThrowsIsAskedAgain() {
        board.add(
                () -> {
                    if (calls++ == 0) {
                        throw new IllegalStateException("not yet");
                    }
                    return "now";
                },
                Map.of());
        add("other", 0, 1);
        assertEquals(List.of("other"), answers());
        assertEquals(List.of("now", "other"), answers());
    }

    @Test
    void aServiceWhoseClassesAreGoneIsNotAskedAgain() {
        Supplier<String> dead = () -> {
            calls++;
            throw new NoClassDefFoundError("org/example/Gone");
        };
        board.add(dead, Map.of());
        assertEquals(List.of(), answers());
        assertEquals(List.of(), answers());
        assertEquals(1, calls);
        board.remove(dead);
        assertEquals(0, board.size());
    }

    @Test
    void collectsWhatArrivesAndLeavesOutWhatFails() {
        add("a", 2, 1);
        add("b", 1, 2);
        add("null", 0, 3);
        CompletableFuture<List<String>> late = new CompletableFuture<>();
        CompletableFuture<List<String>> all = board.<String>collect(supplier -> switch (supplier.get()) {
                    case "a" -> late;
                    case "b" -> CompletableFuture.failedFuture(new NoClassDefFoundError("gone"));
                    default -> null;
                })
                .toCompletableFuture();
        late.complete(List.of("x", "y"));
        assertEquals(List.of("x", "y"), all.join());
        assertEquals(List.of("a", "null"), answers());
    }

    @Test
    void asksOneAfterTheOtherUntilOneAnswers() {
        add("a", 2, 1);
        add("b", 1, 2);
        add("c", 0, 3);
        Optional<String> first = board.firstLater(supplier -> {
                    calls++;
                    return switch (supplier.get()) {
                        case "a" -> CompletableFuture.<Optional<String>>failedFuture(new IllegalStateException());
                        case "b" -> CompletableFuture.completedFuture(Optional.of("b"));
                        default -> throw new AssertionError("asked for nothing");
                    };
                })
                .toCompletableFuture()
                .join();
        assertEquals(Optional.of("b"), first);
        assertEquals(2, calls);
    }

    @Test
    void startedCallsThatFailAreSeenToFail() {
        board.add(
                () -> {
                    throw new IllegalStateException("broken");
                },
                Map.of());
        assertTrue(board.<String>start(supplier -> CompletableFuture.completedFuture(supplier.get()))
                .get(0)
                .toCompletableFuture()
                .isCompletedExceptionally());
    }

    /** A framework with one service, which counts how often it is fetched and given back. */
    @Test
    void fetchesAReferencedServiceWhenItIsFirstCalledAndGivesItBack() {
        int[] counts = new int[2];
        ServiceReference<Supplier<String>> reference = proxy(ServiceReference.class, (name, args) -> switch (name) {
            case "getPropertyKeys" -> new String[] {"service.ranking"};
            case "getProperty" -> 7;
            case "hashCode" -> 1;
            case "equals" -> true;
            default -> throw new AssertionError(name);
        });
        Supplier<String> service = () -> "late";
        BundleContext context = proxy(BundleContext.class, (name, args) -> switch (name) {
            case "getService" -> counts[0]++ >= 0 ? service : null;
            case "ungetService" -> counts[1]++ >= 0;
            default -> throw new AssertionError(name);
        });
        add("early", 0, 1);
        board.add(context, reference);
        assertEquals(0, counts[0]);
        assertEquals(List.of("late", "early"), answers());
        assertEquals(List.of("late", "early"), answers());
        assertEquals(1, counts[0]);
        board.remove(reference);
        assertEquals(1, counts[1]);
        assertEquals(List.of("early"), answers());
    }

    @SuppressWarnings("unchecked") // the class of a generic interface is raw
    private static <P> P proxy(Class<? super P> type, BiFunction<String, Object[], Object> calls) {
        return (P) Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, args) -> calls.apply(method.getName(), args));
    }
}

// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.bus;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import java.util.logging.LogRecord;
import org.jcharon.api.bus.AlertListener;
import org.jcharon.api.bus.Bus;
import org.jcharon.api.bus.ChildSaListener;
import org.jcharon.api.bus.IkeSaListener;
import org.jcharon.api.bus.Log;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.bus.MessageListener;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Distributes events and log records. The methods that raise an event only queue it; core calls them after the checkin of the
 * IKE_SA concerned, which keeps the order per SA. Any thread.
 */
@Component(
        service = {Bus.class, BusService.class},
        immediate = true)
public final class BusService implements Bus {

    private static final Log LOG = Log.of("lib");
    private static final int QUEUE = 4_096;

    /** A listener, and the queue that it has for all that it listens to. */
    private record Observer<T>(T listener, ObserverQueue<Object> queue) {}

    private final LogDistributor logs;
    private final ObserverQueues queues;
    private final List<Observer<IkeSaListener>> ikeSaListeners = new CopyOnWriteArrayList<>();
    private final List<Observer<ChildSaListener>> childSaListeners = new CopyOnWriteArrayList<>();
    private final List<Observer<MessageListener>> messageListeners = new CopyOnWriteArrayList<>();
    private final List<Observer<AlertListener>> alertListeners = new CopyOnWriteArrayList<>();
    private volatile Flow.Subscription subscription; // publishes it to the thread that ends it

    /** Without observers. */
    @Activate
    public BusService(@Reference(name = "processor") Processor processor) {
        this.logs = new LogDistributor(processor);
        this.queues = new ObserverQueues(QUEUE, processor, this::overflowed);
    }

    /** Gives the loggers their last lines. */
    @Deactivate
    void deactivate() {
        logs.flush();
    }

    /** Takes records of this publisher of {@link LogRecord}; what it kept comes first. */
    @Reference(
            name = "publisher",
            target = "(jcharon.log=true)",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "unsubscribe")
    public void subscribe(Flow.Publisher<?> publisher) {
        publisher.subscribe(new Flow.Subscriber<Object>() {
            @Override
            public void onSubscribe(Flow.Subscription value) {
                subscription = value;
                value.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Object item) {
                if (item instanceof LogRecord record) {
                    logs.accept(LogEvent.of(record));
                }
            }

            @Override
            public void onError(Throwable thrown) {
                subscription = null;
            }

            @Override
            public void onComplete() {
                subscription = null;
            }
        });
    }

    /** Takes no more records of it. */
    public void unsubscribe(Flow.Publisher<?> publisher) {
        Flow.Subscription ended = subscription;
        subscription = null;
        if (ended != null) {
            ended.cancel();
        }
    }

    /** Limits the records at their source to what listeners want; takes group or {@code default}, and level. */
    @Reference(
            name = "levels",
            target = "(jcharon.log=true)",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "detachLevels")
    public void attachLevels(ObjIntConsumer<String> levels) {
        logs.publisherLevels(levels);
    }

    /** Limits them no more. */
    public void detachLevels(ObjIntConsumer<String> levels) {
        logs.publisherLevels(null);
    }

    /** A logger arrives: it gets the last 2,000 records first. */
    @Reference(
            name = "logListener",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeListener")
    public void addListener(LogListener listener) {
        logs.add(listener);
    }

    /** Gives it lines of some IKE_SAs from now on; {@code tags} takes {@code name|id}, {@code id}, or nothing for lines of none. */
    public void stream(LogListener listener, Predicate<String> tags) {
        logs.stream(listener, tags);
    }

    /** A logger leaves: it gets what waits for it in the calling thread. */
    public void removeListener(LogListener listener) {
        logs.remove(listener);
    }

    /** The number of the IKE_SA that a tag names, 0 if it names none. */
    public static long uniqueId(String tag) {
        int bar = tag.lastIndexOf('|');
        long number = 0;
        for (int at = bar + 1; at < tag.length(); at++) {
            int digit = tag.charAt(at) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** Takes the lines of one IKE_SA, also while the name of its connection is not known. */
    public static Predicate<String> ofUniqueId(long uniqueId) {
        String id = Long.toString(uniqueId);
        return tag -> tag.equals(id) || tag.endsWith("|" + id);
    }

    @Override
    public void setLogLevel(String group, int level) {
        logs.override(group, level);
    }

    @Override
    public void clearLogLevel(String group) {
        logs.clearOverride(group);
    }

    @Override
    public void setLogLevel(String connection, String group, int level) {
        logs.override(connection, group, level);
    }

    @Override
    public void clearLogLevel(String connection, String group) {
        logs.clearOverride(connection, group);
    }

    @Override
    public void logLevelsChanged() {
        logs.levelsChanged();
    }

    @Reference(
            name = "ikeSaListener",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeIkeSaListener")
    void addIkeSaListener(IkeSaListener listener) {
        add(ikeSaListeners, listener);
    }

    void removeIkeSaListener(IkeSaListener listener) {
        remove(ikeSaListeners, listener);
    }

    @Reference(
            name = "childSaListener",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeChildSaListener")
    void addChildSaListener(ChildSaListener listener) {
        add(childSaListeners, listener);
    }

    void removeChildSaListener(ChildSaListener listener) {
        remove(childSaListeners, listener);
    }

    @Reference(
            name = "messageListener",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeMessageListener")
    void addMessageListener(MessageListener listener) {
        add(messageListeners, listener);
    }

    void removeMessageListener(MessageListener listener) {
        remove(messageListeners, listener);
    }

    @Reference(
            name = "alertListener",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeAlertListener")
    void addAlertListener(AlertListener listener) {
        add(alertListeners, listener);
    }

    void removeAlertListener(AlertListener listener) {
        remove(alertListeners, listener);
    }

    /** An IKE_SA came up or went down. */
    public void ikeUpDown(IkeSaInfo ikeSa, boolean up) {
        tell(ikeSaListeners, listener -> listener.ikeUpDown(ikeSa, up));
    }

    /** An IKE_SA was replaced. */
    public void ikeRekey(IkeSaInfo old, IkeSaInfo fresh) {
        tell(ikeSaListeners, listener -> listener.ikeRekey(old, fresh));
    }

    /** An IKE_SA moved. */
    public void ikeUpdate(IkeSaInfo before, IkeSaInfo now) {
        tell(ikeSaListeners, listener -> listener.ikeUpdate(before, now));
    }

    /** State of an IKE_SA changed. */
    public void ikeState(IkeSaInfo ikeSa) {
        tell(ikeSaListeners, listener -> listener.ikeState(ikeSa));
    }

    /** A CHILD_SA came up or went down. */
    public void childUpDown(IkeSaInfo ikeSa, ChildSaInfo childSa, boolean up) {
        tell(childSaListeners, listener -> listener.childUpDown(ikeSa, childSa, up));
    }

    /** A CHILD_SA was replaced. */
    public void childRekey(IkeSaInfo ikeSa, ChildSaInfo old, ChildSaInfo fresh) {
        tell(childSaListeners, listener -> listener.childRekey(ikeSa, old, fresh));
    }

    /** A message was sent or received. */
    public void message(MessageListener.MessageEvent event) {
        tell(messageListeners, listener -> listener.message(event));
    }

    /** Whether somebody observes messages: the summary is made only then. */
    public boolean observesMessages() {
        return !messageListeners.isEmpty();
    }

    @Override
    public void alert(String kind, String text) {
        alert(null, kind, text);
    }

    /** Raises an alert about an IKE_SA, null: about none. */
    public void alert(IkeSaInfo ikeSa, String kind, String text) {
        tell(alertListeners, listener -> listener.alert(ikeSa, kind, text));
    }

    private <T> void add(List<Observer<T>> observers, T listener) {
        observers.add(new Observer<>(listener, queues.of(listener)));
    }

    private void overflowed(Object listener, long lost) {
        String text = listener.getClass().getName() + " is too slow and lost " + lost + " events";
        LOG.control(text);
        if (!(listener instanceof AlertListener)) {
            alert("events-lost", text);
        }
    }

    private <T> void remove(List<Observer<T>> observers, T listener) {
        List<Observer<T>> gone = observers.stream()
                .filter(observer -> observer.listener() == listener)
                .toList();
        observers.removeAll(gone);
        gone.forEach(observer -> queues.leave(listener));
    }

    private static <T> void tell(List<Observer<T>> observers, Consumer<? super T> event) {
        observers.forEach(observer -> observer.queue().offer(any -> event.accept(observer.listener())));
    }
}

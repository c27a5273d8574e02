package dev.orrery.scheduler.base.database;

import dev.orrery.scheduler.base.failover.ProbeConnection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Sessions of the write check that answer as the test says, or not at all. */
public final class FakeWriteSessions implements ProbeConnection.Source {
  private final AtomicInteger opened = new AtomicInteger();
  private final Set<Integer> open = new ConcurrentSkipListSet<>();
  private final List<Boolean> growing = Collections.synchronizedList(new ArrayList<>());
  private final List<Boolean> doubts = Collections.synchronizedList(new ArrayList<>());
  private volatile Runnable onWrite = () -> {};
  private volatile RuntimeException refusal;
  private volatile RuntimeException failure;
  private volatile boolean hanging;
  private volatile boolean held;
  private volatile int hangingSessions;
  private volatile int brokenSessions;
  private volatile CompletableFuture<Boolean> lending = CompletableFuture.completedFuture(false);
  private volatile boolean avoided;
  private volatile Semaphore answers;
  private volatile List<ProbeConnection.Source> hosts = List.of(this);

  /** Runs before each write. */
  public void onWrite(Runnable action) {
    onWrite = action;
  }

  /** True if new connections begin with another host. */
  public boolean isAvoided() {
    return avoided;
  }

  /** The URL has these hosts. */
  public void onHosts(FakeWriteSessions... all) {
    hosts = List.of(all);
  }

  /** New connections are refused. */
  public void refuseWith(RuntimeException reason) {
    refusal = reason;
  }

  /** Logins wait until the test lets one of them be {@link #answer answered}. */
  public void delayLogins() {
    answers = new Semaphore(0);
  }

  public void answer() {
    answers.release();
  }

  private void awaitAnswer() {
    if (answers != null) {
      answers.acquireUninterruptibly();
    }
  }

  /** The pool lends a connection, or refuses to, as soon as this is known. */
  public void lend(CompletableFuture<Boolean> lends) {
    lending = lends;
  }

  /** Writes fail, on the connections that are open already and on new ones. */
  public void failWith(RuntimeException reason) {
    failure = reason;
  }

  /** Another transaction holds the row. */
  public void hold() {
    held = true;
  }

  /** No write is answered. */
  public void hang() {
    hanging = true;
  }

  /** The connections of this moment answer nothing, new ones do. */
  public void hangTheOpenOnes() {
    hangingSessions = opened.get();
  }

  /** The connections of this moment are broken, new ones work. */
  public void breakTheOpenOnes() {
    brokenSessions = opened.get();
  }

  public void work() {
    refusal = null;
    failure = null;
    hanging = false;
    held = false;
  }

  /** Number of connections made. */
  public int opened() {
    return opened.get();
  }

  /** Number of connections that were not closed. */
  public int stillOpen() {
    return open.size();
  }

  /** Returns the connections that were not closed, by their numbers from 1. */
  public List<Integer> openOnes() {
    return List.copyOf(open);
  }

  /** For each connection made, whether sessions were doubtful. */
  public List<Boolean> doubts() {
    return List.copyOf(doubts);
  }

  /** For each write, whether it had to grow. */
  public List<Boolean> growing() {
    return List.copyOf(growing);
  }

  @Override
  public ProbeConnection open(boolean doubtful) {
    doubts.add(doubtful);
    awaitAnswer();
    if (refusal != null) {
      throw refusal;
    }
    return newSession(true);
  }

  @Override
  public ProbeConnection borrow() {
    if (!lending.join()) {
      throw new DatabaseException(new SQLException("Sorry, acquisition timeout!"));
    }
    return newSession(false);
  }

  private ProbeConnection newSession(boolean isOwn) {
    Session session = new Session(opened.incrementAndGet(), isOwn);
    open.add(session.number);
    return session;
  }

  @Override
  public void avoid() {
    avoided = true;
  }

  @Override
  public List<ProbeConnection.Source> hosts() {
    return hosts;
  }

  private final class Session implements ProbeConnection {
    private final int number;
    private final boolean isOwn;
    private final CountDownLatch aborted = new CountDownLatch(1);
    private boolean closed;

    Session(int number, boolean isOwn) {
      this.number = number;
      this.isOwn = isOwn;
    }

    @Override
    public boolean write(boolean grows) {
      growing.add(grows);
      onWrite.run();
      if (failure != null) {
        throw failure;
      }
      if (number <= brokenSessions) {
        throw DatabaseFailures.outage();
      }
      if (hanging || number <= hangingSessions) {
        awaitAbort();
        throw DatabaseFailures.outage();
      }
      return !held;
    }

    private void awaitAbort() {
      try {
        aborted.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public boolean isOwn() {
      return isOwn;
    }

    @Override
    public void abort() {
      aborted.countDown();
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        open.remove(number);
      }
    }
  }
}

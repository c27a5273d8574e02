package dev.orrery.scheduler.base.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.startup.StartupException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ServerSupervisorTest {
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger tries = new AtomicInteger();
  private final CountDownLatch back = new CountDownLatch(1);
  private final CountDownLatch lost = new CountDownLatch(1);

  @Test
  void restartsDeadServer() throws Exception {
    ServerSupervisor supervisor = supervisor(0, 1);

    supervisor.start();

    assertThat(back.await(30, TimeUnit.SECONDS)).as("the server is back").isTrue();
    assertThat(tries).hasValue(2);
    supervisor.stop();
    assertThat(lost.getCount()).as("not given up").isOne();
  }

  /** A window that allows many quick tries holds only a few slow ones, so that they never end. */
  @Test
  void stopsAfterFailedRestartsFillWindow() throws Exception {
    ServerSupervisor supervisor = supervisor(RestartLimit.WINDOW.toNanos() / 2, Integer.MAX_VALUE);

    supervisor.start();

    assertThat(lost.await(30, TimeUnit.SECONDS)).as("given up").isTrue();
    assertThat(tries).hasValue(2);
    supervisor.stop();
  }

  /**
   * @param tryNanos how long a try takes
   * @param failing how many tries fail
   */
  private ServerSupervisor supervisor(long tryNanos, int failing) {
    SupervisedServer server =
        new SupervisedServer() {
          @Override
          public int awaitEnd() throws InterruptedException {
            if (back.getCount() == 0) {
              new CountDownLatch(1).await();
            }
            return 1;
          }

          @Override
          public void restart() {
            nanos.addAndGet(tryNanos);
            if (tries.incrementAndGet() <= failing) {
              throw new StartupException("it does not start");
            }
          }

          @Override
          public void stop() {}
        };
    return new ServerSupervisor(server, nanos::get, back::countDown, lost::countDown);
  }
}

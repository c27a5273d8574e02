package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.testing.WebhookReceiver;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A receiver gets one message at a time, and a slow receiver does not delay others. */
@QuarkusTest
class SequentialDeliveryTest {
  private TestApp app;
  private WebhookReceiver slow;
  private WebhookReceiver quick;

  @BeforeEach
  void start() {
    app = TestApp.create();
    slow = new WebhookReceiver();
    quick = new WebhookReceiver();
    webhook("slow", slow);
    webhook("quick", quick);
  }

  @AfterEach
  void stop() {
    slow.release();
    app.asOperator().delete(app.path("/webhooks/slow"));
    app.asOperator().delete(app.path("/webhooks/quick"));
    slow.close();
    quick.close();
  }

  private void webhook(String name, WebhookReceiver receiver) {
    app.asOperator()
        .body("{\"url\":\"" + receiver.url() + "\"}")
        .put(app.path("/webhooks/" + name))
        .then()
        .statusCode(201);
  }

  private void test(String webhook) {
    app.asOperator().post(app.path("/webhooks/" + webhook + "/test")).then().statusCode(202);
  }

  @Test
  void sendsNextMessageOnlyAfterReceiverAnswersPreviousMessage() {
    slow.hold();
    test("slow");
    slow.await(1);

    test("slow");
    // Each of these makes the service take all that may be sent.
    test("quick");
    quick.await(1);
    test("quick");
    quick.await(2);

    assertThat(slow.received()).as("messages before the first is answered").hasSize(1);
    slow.release();
    assertThat(slow.await(2)).hasSize(2);
  }
}

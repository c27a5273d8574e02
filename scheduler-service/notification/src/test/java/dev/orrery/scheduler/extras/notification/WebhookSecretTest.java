package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class WebhookSecretTest {

  /** The example that the libraries of Standard Webhooks are tested with. */
  @Test
  void signsAccordingToStandardWebhooksExample() {
    WebhookSecret secret =
        new WebhookSecret(Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));

    String signature =
        secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330L, "{\"test\": 2432232314}");

    assertThat(signature).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void generatesDistinct32ByteSecrets() {
    WebhookSecret one = WebhookSecret.random();

    assertThat(one.key()).hasSize(32).isNotEqualTo(WebhookSecret.random().key());
    assertThat(one.shown()).matches("whsec_[A-Za-z0-9+/]{43}=");
    assertThat(one.toString()).doesNotContain(one.shown().substring(6));
  }
}

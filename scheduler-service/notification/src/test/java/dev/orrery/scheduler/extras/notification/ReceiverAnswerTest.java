package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.outbound.OutboundResponse;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Interprets answers that the public documentation of the receivers shows. */
class ReceiverAnswerTest {
  private static OutboundResponse response(int status, String retryAfter, String body) {
    return new OutboundResponse(
        status, Optional.empty(), Optional.ofNullable(retryAfter), body == null ? "" : body, false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "JSON | 204 | ",
        "SLACK | 200 | ok",
        "TEAMS | 202 | ",
        "DISCORD | 204 | ",
        "DINGTALK | 200 | {\"errcode\":0,\"errmsg\":\"ok\"}",
        "WECOM | 200 | {\"errcode\":0,\"errmsg\":\"ok\"}",
        "FEISHU | 200 | {\"code\":0,\"msg\":\"success\",\"data\":{}}",
        "PAGERDUTY | 202 | {\"status\":\"success\",\"dedup_key\":\"x\"}",
      })
  void acceptsSuccessAnswersOfReceivers(WebhookFormat format, int status, String body) {
    assertThat(ReceiverAnswer.of(format, response(status, null, body)).isDelivered()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "DINGTALK | 200 | {\"errcode\":310000,\"errmsg\":\"sign not match\"} | the receiver refused: errcode 310000 sign not match | true",
        "DINGTALK | 200 | {\"errcode\":300005,\"errmsg\":\"token is not exist\"} | the receiver refused: errcode 300005 token is not exist | true",
        "WECOM | 200 | {\"errcode\":93000,\"errmsg\":\"invalid webhook url\"} | the receiver refused: errcode 93000 invalid webhook url | true",
        "FEISHU | 200 | {\"code\":19021,\"msg\":\"sign match fail or timestamp is not within one hour\"} | the receiver refused: code 19021 sign match fail or timestamp is not within one hour | true",
        "FEISHU | 200 | <html>maintenance</html> | the receiver answered no code: <html>maintenance</html> | true",
        "WECOM | 200 | {\"errcode\":\"0\"} | the receiver answered no errcode: {\"errcode\":\"0\"} | true",
        "FEISHU | 200 | {\"StatusCode\":0} | the receiver answered no code: {\"StatusCode\":0} | true",
        "SLACK | 400 | invalid_blocks | the receiver answered 400: invalid_blocks | false",
        "SLACK | 302 | moved | the receiver answered 302; redirects are not followed | false",
        "PAGERDUTY | 400 | {\"status\":\"invalid event\"} | the receiver answered 400: {\"status\":\"invalid event\"} | false",
        "JSON | 500 | secret of the receiver | the receiver answered 500 | false",
      })
  void reportsRefusalOfReceiver(
      WebhookFormat format, int status, String body, String complaint, boolean isFinal) {
    ReceiverAnswer answer = ReceiverAnswer.of(format, response(status, null, body));

    assertThat(answer.complaint()).contains(complaint);
    assertThat(answer.isFinal()).isEqualTo(isFinal);
    assertThat(answer.pause()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "DINGTALK | 200 | | {\"errcode\":130101,\"errmsg\":\"send too fast\"} | 60 | 60",
        "WECOM | 200 | | {\"errcode\":45009,\"errmsg\":\"api freq out of limit\"} | 60 | 60",
        "FEISHU | 200 | | {\"code\":9499,\"msg\":\"too many request\"} | 60 | 60",
        "FEISHU | 200 | | {\"code\":11232,\"msg\":\"frequency limited\"} | 60 | 60",
        "SLACK | 429 | 30 | rate_limited | 30 | 30",
        "DISCORD | 429 | | {\"retry_after\":0.5} | 60 | 60",
        "PAGERDUTY | 429 | | | 60 | 60",
        "JSON | 429 | 30 | | 30 | 0",
        "JSON | 503 | 7 | | 7 | 0",
      })
  void pausesWebhookWhenReceiverLimitsRate(
      WebhookFormat format, int status, String header, String body, int retryAfter, int pause) {
    ReceiverAnswer answer = ReceiverAnswer.of(format, response(status, header, body));

    assertThat(answer.isDelivered()).isFalse();
    assertThat(answer.isFinal()).isFalse();
    assertThat(answer.retryAfter()).hasSeconds(retryAfter);
    assertThat(answer.pause()).hasSeconds(pause);
  }
}

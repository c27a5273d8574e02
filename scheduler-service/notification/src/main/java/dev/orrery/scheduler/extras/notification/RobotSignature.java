package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The signature that proves the sender of a message to a robot of DingTalk or Feishu. Both use a
 * text of two lines, the timestamp and the key: DingTalk signs this text with the key, and Feishu
 * uses the text as the key to sign an empty text.
 */
record RobotSignature(String timestamp, String sign) {

  static RobotSignature ofDingTalk(String key, Instant now) {
    String timestamp = Long.toString(now.toEpochMilli());
    return new RobotSignature(timestamp, hmac(key, timestamp + "\n" + key));
  }

  static RobotSignature ofFeishu(String key, Instant now) {
    String timestamp = Long.toString(now.getEpochSecond());
    return new RobotSignature(timestamp, hmac(timestamp + "\n" + key, ""));
  }

  private static String hmac(String key, String text) {
    return WebhookSecret.hmac(key.getBytes(StandardCharsets.UTF_8), text);
  }

  String addTo(String url) {
    return url
        + (url.contains("?") ? "&" : "?")
        + "timestamp="
        + timestamp
        + "&sign="
        + URLEncoder.encode(sign, StandardCharsets.UTF_8);
  }

  void addTo(ObjectNode body) {
    body.put("timestamp", timestamp).put("sign", sign);
  }

  @Override
  public String toString() {
    return "RobotSignature";
  }
}

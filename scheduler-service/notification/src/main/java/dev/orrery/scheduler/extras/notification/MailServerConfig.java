package dev.orrery.scheduler.extras.notification;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** The mail server for webhooks of the format {@code mail}. */
@ConfigMapping(prefix = "orrery.notifications.mail")
public interface MailServerConfig {
  String HOST = "orrery.notifications.mail.host";
  String ALLOWED_DOMAINS = "orrery.notifications.mail.allowed-domains";

  /** Host of the mail server. Default: none, and no webhook may have the format {@code mail}. */
  Optional<String> host();

  /** Port of the mail server. */
  @WithDefault("587")
  int port();

  /**
   * {@code starttls} begins in plain text and demands TLS, {@code tls} begins with TLS (port 465),
   * {@code none} sends all in plain text.
   */
  @WithDefault("starttls")
  String tls();

  /** User for the mail server; needs a password and TLS. Default: no login. */
  Optional<String> user();

  /** Password of that user. */
  Optional<String> password();

  /** Address of the sender. Required with a host. */
  Optional<String> from();

  /**
   * Domains such as {@code example.org}, separated by commas, whose addresses may get messages.
   * Required with a host, because every operator of an app chooses addresses.
   */
  Optional<List<String>> allowedDomains();
}

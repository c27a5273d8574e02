package dev.orrery.console;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The installed Chromium; the driver neither includes nor downloads one. */
final class Chromium implements AutoCloseable {
  /** Without the flags against background traffic, it calls hosts of its vendor at every start. */
  private static final List<String> FLAGS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private static final List<Path> PLACES =
      List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"));

  private final Playwright driver;
  private final Browser browser;

  private Chromium(Playwright driver, Browser browser) {
    this.driver = driver;
    this.browser = browser;
  }

  /** Returns the program; empty if none is installed. */
  static Optional<Path> program() {
    return PLACES.stream().filter(Files::isExecutable).findFirst();
  }

  static Chromium start() {
    PlaywrightAssertions.setDefaultAssertionTimeout(Window.MAX_WAIT_MILLIS);
    Playwright driver =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Browser browser =
        driver
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(program().orElseThrow())
                    .setArgs(FLAGS));
    return new Chromium(driver, browser);
  }

  Browser browser() {
    return browser;
  }

  @Override
  public void close() {
    browser.close();
    driver.close();
  }
}

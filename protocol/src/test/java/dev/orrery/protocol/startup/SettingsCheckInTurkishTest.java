package dev.orrery.protocol.startup;

import dev.orrery.protocol.TurkishLocale;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TurkishLocale.class)
class SettingsCheckInTurkishTest extends SettingsCheckTest {}

package io.tributary.cli.corpus;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.CurrencyDisplayNames;
import com.ibm.icu.text.CurrencyMetaInfo;
import com.ibm.icu.text.DisplayContext;
import com.ibm.icu.text.LocaleDisplayNames;
import com.ibm.icu.text.TimeZoneNames;
import com.ibm.icu.text.TimeZoneNames.NameType;
import com.ibm.icu.util.TimeZone;
import com.ibm.icu.util.TimeZone.SystemTimeZoneType;
import com.ibm.icu.util.ULocale;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What things are called in every language that ICU knows: its own data, so no JDK's. One section
 * per language and subject, one name per paragraph, names in the order of their codes.
 */
final class NamesText implements TextSource {

    private final List<String> languages = sorted(Stream.of(ULocale.getISOLanguages()));
    private final List<String> regions = sorted(Stream.of(ULocale.getISOCountries()));
    private final List<String> scripts = scriptCodes();
    private final List<String> currencies =
            sorted(
                    CurrencyMetaInfo.getInstance()
                            .currencies(CurrencyMetaInfo.CurrencyFilter.all())
                            .stream());
    private final List<String> zones =
            sorted(
                    TimeZone.getAvailableIDs(SystemTimeZoneType.CANONICAL_LOCATION, null, null)
                            .stream());

    @Override
    public void read(Path artifacts, Consumer<Section> sections) {
        // An ancestor comes before its regional variants, which then add what differs.
        Arrays.stream(ULocale.getAvailableLocales())
                .sorted(Comparator.comparing(ULocale::toLanguageTag))
                .forEach(locale -> read(locale, sections));
    }

    private void read(ULocale locale, Consumer<Section> sections) {
        var names =
                LocaleDisplayNames.getInstance(
                        locale, DisplayContext.CAPITALIZATION_NONE, DisplayContext.NO_SUBSTITUTE);
        if (!names.getLocale().equals(locale)) {
            return; // no data of its own: ICU would answer in the machine's language
        }
        var tag = locale.toLanguageTag();
        sections.accept(
                section(tag, "languages", languages.stream().map(names::languageDisplayName)));
        sections.accept(section(tag, "regions", regions.stream().map(names::regionDisplayName)));
        sections.accept(section(tag, "scripts", scripts.stream().map(names::scriptDisplayName)));

        var money = CurrencyDisplayNames.getInstance(locale, true);
        if (money != null) {
            sections.accept(section(tag, "currencies", currencies.stream().map(money::getName)));
        }
        var time = TimeZoneNames.getInstance(locale);
        sections.accept(section(tag, "cities", zones.stream().map(time::getExemplarLocationName)));
        var metaZones = sorted(time.getAvailableMetaZoneIDs().stream());
        sections.accept(
                section(
                        tag,
                        "times",
                        metaZones.stream()
                                .map(
                                        zone ->
                                                time.getMetaZoneDisplayName(
                                                        zone, NameType.LONG_STANDARD))));
    }

    private static Section section(String language, String subject, Stream<String> names) {
        return new Section(
                language + "/" + subject,
                names.filter(Objects::nonNull).filter(name -> !name.isBlank()).toList());
    }

    private static List<String> sorted(Stream<String> codes) {
        return List.copyOf(codes.collect(Collectors.toCollection(TreeSet::new)));
    }

    private static List<String> scriptCodes() {
        var codes = new ArrayList<String>();
        for (int script = 0;
                script <= UCharacter.getIntPropertyMaxValue(UProperty.SCRIPT);
                script++) {
            codes.add(
                    UCharacter.getPropertyValueName(
                            UProperty.SCRIPT, script, UProperty.NameChoice.SHORT));
        }
        return sorted(codes.stream());
    }
}

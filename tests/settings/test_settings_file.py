"""Files and environments, good and bad, and what is said about them."""

import pickle
import re
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.names import BUILT_IN
from terminal_app.client_secret import read_client_secret
from terminal_app.settings_choices import Environment
from terminal_app.settings_errors import SettingsError
from terminal_app.settings_file import load_settings, sources
from terminal_app.settings_text import described
from tests.settings.files import LEAST, written

READER = """
[[reader]]
driver = "line"
port = "/dev/one"
"""


@pytest.fixture(autouse=True)
def _no_override(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in described():
        if setting.environment_variable:
            monkeypatch.delenv(setting.environment_variable, raising=False)


def faults_of(path: Path) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    return caught.value.faults


def test_the_least_file_gets_the_defaults(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path))
    assert settings.terminal.name == "Gate"
    assert settings.delivery.parallel == 4
    assert settings.protime.api_url == "https://acme.myprotime.eu"
    assert settings.reader == ()


def test_a_file_of_a_windows_editor_is_read(tmp_path: Path) -> None:
    path = tmp_path / "terminal.toml"
    path.write_bytes(b"\xef\xbb\xbf" + LEAST.replace("\n", "\r\n").encode())
    assert load_settings(path).terminal.name == "Gate"


def test_a_switch_of_the_environment_is_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOCKING_TERMINAL__SYNCHRONISATION__USAGES", "true")
    assert load_settings(written(tmp_path)).synchronisation.usages is True


def test_values_become_what_the_sections_promise(tmp_path: Path) -> None:
    text = LEAST.replace('name = "Gate"', 'name = "Gate"\nlanguages = ["fr", "nl"]') + 'environment = "sandbox"\n'
    text += '[storage]\nfolder = "/srv/x"\n' + READER + 'badge_number = "hex"\n'
    settings = load_settings(written(tmp_path, text))
    assert settings.terminal.languages == ("fr", "nl")
    assert settings.protime.environment is Environment.SANDBOX
    assert settings.storage.folder == Path("/srv/x")
    assert settings.reader[0].badge_number == "hex"


def test_settings_are_plain_data_that_can_be_sent_to_another_process(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, LEAST + READER))
    assert asdict(pickle.loads(pickle.dumps(settings))) == asdict(settings)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOCKING_TERMINAL__DELIVERY__PARALLEL", "7")
    monkeypatch.setenv("CLOCKING_TERMINAL__TERMINAL__LANGUAGES", "de, en")
    path = written(tmp_path, LEAST + "[delivery]\nparallel = 5\nrequest_seconds = 2\n")
    settings = load_settings(path)
    assert settings.delivery.parallel == 7
    assert settings.delivery.request_seconds == 2
    assert settings.terminal.languages == ("de", "en")
    by_place = {one.place: one for one in sources(path)}
    assert by_place["[delivery] parallel"].source == "CLOCKING_TERMINAL__DELIVERY__PARALLEL"
    assert by_place["[delivery] request_seconds"].source == str(path)
    assert by_place["[delivery] settle_seconds"].source == "default"
    assert by_place["[terminal] languages"].value == '["de", "en"]'


def test_the_environment_alone_can_hold_what_is_required(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("TERMINAL__NAME", "Gate"), ("PROTIME__TENANT", "acme"), ("PROTIME__CLIENT_ID", "x")):
        monkeypatch.setenv(f"CLOCKING_TERMINAL__{name}", value)
    assert load_settings(written(tmp_path, "")).protime.client_id == "x"


@pytest.mark.parametrize(
    ("variable", "reason"),
    [
        ("CLOCKING_TERMINAL__DELIVERY__PARALEL", 'unknown key; did you mean "parallel"?'),
        ("CLOCKING_TERMINAL__DELIVRY__PARALLEL", 'unknown section; did you mean "delivery"?'),
        ("CLOCKING_TERMINAL__DELIVERY__PARALLEL", "must be a whole number from 1 to 32"),
        ("CLOCKING_TERMINAL__DELIVERY", "names no key; write CLOCKING_TERMINAL__DELIVERY__KEY"),
        ("CLOCKING_TERMINAL__PROTIME__BASE_URL", "must be like https://host"),
        ("CLOCKING_TERMINAL__READER__0__PORT", "readers are set in"),
    ],
)
def test_a_fault_of_the_environment_names_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, reason: str
) -> None:
    monkeypatch.setenv(variable, "many")
    (fault,) = faults_of(written(tmp_path))
    assert fault.startswith(f"{variable}: {reason}")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[delivery]\nparalel = 3", '[delivery] paralel: unknown key; did you mean "parallel"?'),
        ("[delivery]\nparallel = 33", "[delivery] parallel: must be a whole number from 1 to 32"),
        ("[delivery]\nparallel = true", "[delivery] parallel: must be a whole number from 1 to 32"),
        ('[delivery]\nparallel = "8"', "[delivery] parallel: must be a whole number from 1 to 32"),
        ("[delivery]\nsettle_seconds = true", "[delivery] settle_seconds: must be a number from 0 to 3600"),
        ("[synchronisation]\nusages = 1", "[synchronisation] usages: must be true or false"),
        ('[synchronisation]\nusages = "yes"', "[synchronisation] usages: must be true or false"),
        ("[synchronisation]\ncircle = true", "[synchronisation] circle: must be a whole number from 0 to 2147483648"),
        (
            "[synchronisation]\nterminal_groups = [1, true]",
            "[synchronisation] terminal_groups: must be a list, each item a whole number",
        ),
        ("[delivery]\nsettle_seconds = nan", "[delivery] settle_seconds: must be a number from 0 to 3600"),
        ("[delivry]", '[delivry]: unknown section; did you mean "delivery"?'),
        ("[storage]\nfolder = 3", "[storage] folder: must be an absolute path"),
        ('[storage]\nfolder = "here"', "[storage] folder: must be an absolute path"),
        ('[storage]\nfolder = "/a\\u001b[2J"', "[storage] folder: must not hold control characters"),
        ("[[delivery]]", "[delivery]: must be a table ([delivery])"),
        ("[reader]\nport = 3", "[[reader]]: must be a list of tables ([[reader]])"),
        (
            '[[reader]]\ndriver = "lin"\nport = "x"',
            f'[[reader]] 1 driver: no such driver; known: {", ".join(sorted(BUILT_IN))}; did you mean "line"?',
        ),
        (
            '[[reader]]\ndriver = "line"\nport = "x"\nbadge_number = "octal"',
            "[[reader]] 1 badge_number: no such word: 'octal'; did you mean \"table\"?",
        ),
        (
            '[[reader]]\ndriver = "line"\nport = "x"\nbadge_number = "decimal cut:9"',
            "[[reader]] 1 badge_number: cut needs two places, counted from 1, as cut:3-10",
        ),
        (
            '[[reader]]\ndriver = "ascii"\nport = "x"\noptions = "end:none"',
            "[[reader]] 1 options: a frame needs end or length or silence",
        ),
        (
            '[[reader]]\ndriver = "line"\nport = "x"\noptions = "end:0D"',
            "[[reader]] 1 options: no such option: 'end'; there are none",
        ),
        (
            '[[reader]]\ndriver = "line"\nport = "x"\nbaud = 12',
            "[[reader]] 1 baud: must be a whole number from 300 to 921600",
        ),
        (f"{READER}prt = 3", '[[reader]] 1 prt: unknown key; did you mean "port"?'),
    ],
)
def test_a_fault_of_the_file_is_one_line_with_file_key_and_reason(tmp_path: Path, text: str, fault: str) -> None:
    path = written(tmp_path, f"{LEAST}{text}\n")
    assert faults_of(path) == (f"{path}: {fault}",)


@pytest.mark.parametrize(
    ("line", "key", "reason"),
    [
        ('timezone = "Europe/Brusels"', "timezone", 'there is no such IANA time zone; did you mean "Europe/Brussels"?'),
        ('timezone = "../etc/passwd"', "timezone", "there is no such IANA time zone"),
        ('timezone = "Europe"', "timezone", 'there is no such IANA time zone; did you mean "Europe/Rome"?'),
        ('timezone = "localtime"', "timezone", "there is no such IANA time zone"),
        ('languages = ["nl", "nl"]', "languages", "must not name a language twice"),
        ("languages = []", "languages", "must be a list of at least one, each item text of 2 to 3 characters"),
        ('languages = ["nl", "xx"]', "languages", "a language has no catalogue; known: de, en, fr, nl"),
        ('unknown_badge = "shout"', "unknown_badge", 'must be one of "record", "refuse"'),
    ],
)
def test_faults_of_the_terminal(tmp_path: Path, line: str, key: str, reason: str) -> None:
    path = written(tmp_path, LEAST.replace('name = "Gate"', f'name = "Gate"\n{line}'))
    assert faults_of(path) == (f"{path}: [terminal] {key}: {reason}",)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ('theme = "site"', "must be four colours like #0c1118: ground, text, accent and tile"),
        ('site_colours = ["red", "#000000", "#000000", "#000000"]', "must be four colours like #0c1118"),
        (
            'theme = "site"\nsite_colours = ["#888888", "#999999", "#000000", "#ffffff"]',
            "text #999999 on ground #888888 has a contrast of 1.2:1; text #999999 on tile #ffffff has a contrast of 2.8",
        ),
    ],
)
def test_faults_of_the_colours(tmp_path: Path, lines: str, reason: str) -> None:
    path = written(tmp_path, f"{LEAST}[screen]\n{lines}\n")
    (fault,) = faults_of(path)
    assert fault.startswith(f"{path}: [screen] site_colours: {reason}")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('base_url = "http://acme.example"', "base_url"),
        ('base_url = "ftp://acme.example"', "base_url"),
        ('base_url = "https://user:pass@acme.example"', "base_url"),
        ('authentication_url = "http://10.0.0.1:1"', "authentication_url"),
        ('authentication_url = "http://[::1"', "authentication_url"),
        ('proxy = "proxy.acme.example:3128"', "proxy"),
        ('proxy = "http://user:pass@proxy.acme.example"', "proxy"),
        ('ca_file = "ca.pem"', "ca_file"),
        ('person_reference = " "', "person_reference"),
        ('person_reference = "@badge"', "person_reference"),
        ('activity_structure = "main"', "activity_structure"),
        ("activity_levels = 10", "activity_levels"),
    ],
)
def test_faults_of_protime(tmp_path: Path, line: str, key: str) -> None:
    path = written(tmp_path, f"{LEAST}{line}\n")
    (fault,) = faults_of(path)
    assert fault.startswith(f"{path}: [protime] {key}: ")


@pytest.mark.parametrize("tenant", ["acme.myprotime.eu", "-acme", "ac me", "é", "a/b"])
def test_a_tenant_is_one_dns_label(tmp_path: Path, tenant: str) -> None:
    path = written(tmp_path, LEAST.replace('"acme"', f'"{tenant}"'))
    assert faults_of(path)[0].startswith(f"{path}: [protime] tenant: must be one label")


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:1", "[::1]:1"])
def test_plain_http_is_fine_on_loopback(tmp_path: Path, host: str) -> None:
    assert load_settings(written(tmp_path, f'{LEAST}base_url = "http://{host}"\n')).protime.base_url


def test_a_proxy_may_be_plain_http(tmp_path: Path) -> None:
    protime = load_settings(written(tmp_path, f'{LEAST}proxy = "http://proxy.acme.example:3128"\n')).protime
    assert protime.proxy == "http://proxy.acme.example:3128"


def test_two_ports_with_one_last_part_need_names(tmp_path: Path) -> None:
    both = written(tmp_path, LEAST + READER + READER.replace("/dev/one", "/dev/other/one"))
    assert [fault.partition(": ")[2] for fault in faults_of(both)] == [
        f"[[reader]] {number} name: another reader has this name; each reader needs its own" for number in (1, 2)
    ]


def test_a_device_without_end_is_no_secret(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, f'{LEAST}client_secret_file = "/dev/zero"\n'))
    with pytest.raises(SettingsError, match="does not hold one line"):
        read_client_secret(settings.protime)


def test_readers_need_names_and_ports_of_their_own(tmp_path: Path) -> None:
    other = READER.replace("/dev/one", "/dev/two")
    named = written(tmp_path, LEAST + READER + 'name = "door"\n' + other + 'name = "door"\n')
    assert [fault.partition(": ")[2] for fault in faults_of(named)] == [
        f"[[reader]] {number} name: another reader has this name; each reader needs its own" for number in (1, 2)
    ]
    same_port = written(tmp_path, LEAST + READER + 'name = "a"\n' + READER + 'name = "b"\n')
    assert all("port: another reader has this port" in fault for fault in faults_of(same_port))


OSDP = '[[reader]]\ndriver = "osdp"\nport = "/dev/line"\n'


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('name = "in"', 'name = "out"\noptions = "address:1"'),
        ('name = "in"\noptions = "address:1"\nbaud = 38400', 'name = "out"\noptions = "address:2"\nbaud = 38400'),
    ],
)
def test_osdp_readers_with_an_address_each_may_be_on_one_port(tmp_path: Path, one: str, other: str) -> None:
    assert len(load_settings(written(tmp_path, f"{LEAST}{OSDP}{one}\n{OSDP}{other}\n")).reader) == 2


@pytest.mark.parametrize(
    ("one", "other", "key", "reason"),
    [
        ('name = "in"', 'name = "out"\noptions = "address:00"', "port", "needs its own address"),
        ('name = "in"', 'name = "out"\noptions = "address:1"\nbaud = 38400', "port", "the same baud"),
        ("", 'options = "address:1"', "name", "another reader has this name"),
    ],
)
def test_osdp_readers_that_cannot_share_a_port(tmp_path: Path, one: str, other: str, key: str, reason: str) -> None:
    faults = faults_of(written(tmp_path, f"{LEAST}{OSDP}{one}\n{OSDP}{other}\n"))
    assert [(f"] {number} {key}: " in fault, reason in fault) for number, fault in enumerate(faults, 1)] == [
        (True, True)
    ] * 2


def test_another_driver_on_the_line_of_an_osdp_reader_and_an_address_that_is_none(tmp_path: Path) -> None:
    line = READER.replace("/dev/one", "/dev/line")
    mixed = faults_of(written(tmp_path, f'{LEAST}{OSDP}name = "a"\n{line}name = "b"\n'))
    assert [fault.partition(": ")[2] for fault in mixed] == [
        f"[[reader]] {number} port: another reader has this port; each reader needs its own, but for osdp readers with"
        " an address each"
        for number in (1, 2)
    ]
    (fault,) = faults_of(written(tmp_path, f'{LEAST}{OSDP}name = "a"\n{OSDP}name = "b"\noptions = "address:200"\n'))
    assert "[[reader]] 2 options: address must be a whole number from 0 to 126" in fault


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    assert len(faults_of(written(tmp_path, "[terminal]\nanswer_seconds = 99\n[delivery]\nx = 1\n"))) == 5


def test_what_is_required_and_missing_is_explained(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    assert [fault.partition(";")[0] for fault in faults_of(path)] == [
        f"{path}: {place}: missing" for place in ("[terminal] name", "[protime] tenant", "[protime] client_id")
    ]


def test_a_syntax_error_names_line_and_column(tmp_path: Path) -> None:
    (fault,) = faults_of(written(tmp_path, "[terminal]\nname = \n"))
    assert re.search(r"not valid TOML: .*line 2, column 8", fault)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in faults_of(tmp_path / "none.toml")[0]
    assert "cannot be read: Is a directory" in faults_of(tmp_path)[0]
    (tmp_path / "latin.toml").write_bytes(b'name = "caf\xe9"')
    assert "not UTF-8" in faults_of(tmp_path / "latin.toml")[0]


@given(
    secret=st.text(
        st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="\\\"'"), min_size=12, max_size=40
    ),
    place=st.sampled_from(
        [
            "client_secret",
            "client_id",
            "tenant",
            "base_url",
            "activity_structure",
            "client_secret_file",
            "activity_levels",
        ]
    ),
    broken=st.sampled_from(["[delivery]\nparallel = 0\n", "[x]\n", "y = = 1\n"]),
)
def test_no_error_repeats_a_value(
    tmp_path_factory: pytest.TempPathFactory, secret: str, place: str, broken: str
) -> None:
    lines = {"tenant": '"acme"', "client_id": '"terminal"'} | {place: f'"SECRET{secret}"'}
    text = "[terminal]\nname = 'Gate'\n[protime]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items())
    with pytest.raises(SettingsError) as caught:
        load_settings(written(tmp_path_factory.mktemp("settings"), text + broken))
    assert "SECRET" not in f"{caught.value}{caught.value!r}"
    assert caught.value.__suppress_context__


def tile(text: str) -> str:
    return f"[[tile]]\n{text}"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            tile('does = "pause"'),
            '[[tile]] 1 does: must be one of "in_out", "activity", "activity_end", "reason", "my_day"',
        ),
        (tile('label = "x"\ndoes = "reason"'), '[[tile]] 1 label: unknown key; did you mean "labels"?'),
        (tile('does = "activity"'), "[[tile]] 1 does: there are no activities without [protime] activity_structure"),
        (tile('does = "in_out"\nreason = "R1"'), '[[tile]] 1 reason: needs does = "reason"'),
        (tile('does = "in_out"\nactivity = "A"'), '[[tile]] 1 activity: needs does = "activity"'),
        (tile('does = "reason"\nhours = "12-13"'), "[[tile]] 1 hours: must be like 11:30-14:00"),
        (
            tile('does = "reason"\nhours = "12:00-12:00"'),
            "[[tile]] 1 hours: must be two different times of a day, like 11:30-14:00",
        ),
        (tile('does = "reason"\nlabels = ["nl: a", "nl: b"]'), "[[tile]] 1 labels: must not name a language twice"),
        (tile('does = "reason"\nlabels = ["nl:"]'), '[[tile]] 1 labels: must be like "nl: Pauze" or "Break"'),
        (
            tile('does = "reason"\ncolour = "pink"'),
            '[[tile]] 1 colour: must be one of "plain", "green", "blue", "yellow", "red"',
        ),
        ("[tile]\nx = 1", "[[tile]]: must be a list of tables ([[tile]])"),
    ],
)
def test_a_wrong_tile_is_told(tmp_path: Path, text: str, fault: str) -> None:
    path = written(tmp_path, f"{LEAST}{text}")
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    assert f"{path}: {fault}" in caught.value.faults


def test_two_tiles_that_do_the_same_and_more_than_there_are_keys_for(tmp_path: Path) -> None:
    path = written(tmp_path, LEAST + 8 * tile('does = "my_day"\n'))
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    assert f"{path}: [[tile]]: at most 7, one for each of the keys F1 to F7" in caught.value.faults
    assert f"{path}: [[tile]] 8 does: another tile does the same; each needs its own" in caught.value.faults


def test_favourites_have_as_many_levels_as_there_are(tmp_path: Path) -> None:
    path = written(tmp_path, LEAST.replace("[protime]", 'favourite_activities = ["A/B"]\n[protime]'))
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    assert caught.value.faults == (
        f"{path}: [terminal] favourite_activities: A/B: has 2 levels; [protime] activity_levels says 1",
    )

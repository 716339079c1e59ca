"""Post towns of Scotland and the larger towns of the rest of the United Kingdom, and counties, with their postcode areas.

For saying that a typed town lies outside the region (the region's own towns come from its data), and whether a typed postcode, or
a house's own, can be of the town or county that was typed. A county has every area that reaches into it, old county or new.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

_TOWNS = """
AB aberdeen|aberlour|aboyne|alford|ballater|ballindalloch|banchory|banff|buckie|ellon|fraserburgh|huntly|insch|inverurie|keith|
   laurencekirk|macduff|milltimber|peterculter|peterhead|stonehaven|strathdon|turriff|westhill
DD arbroath|brechin|carnoustie|dundee|forfar|kirriemuir|montrose|newport on tay|tayport
DG annan|canonbie|castle douglas|dalbeattie|dumfries|gretna|kirkcudbright|langholm|lockerbie|moffat|newton stewart|sanquhar|
   stranraer|thornhill
EH balerno|bathgate|bonnyrigg|broxburn|currie|dalkeith|dunbar|east linton|edinburgh|gorebridge|gullane|haddington|heriot|humbie|
   innerleithen|juniper green|kirkliston|kirknewton|lasswade|linlithgow|livingston|loanhead|longniddry|musselburgh|newbridge|
   north berwick|pathhead|peebles|penicuik|prestonpans|rosewell|roslin|south queensferry|tranent|walkerburn|west calder|
   west linton
FK alloa|alva|boness|bonnybridge|callander|clackmannan|crianlarich|denny|dollar|doune|dunblane|falkirk|grangemouth|killin|larbert|
   lochearnhead|menstrie|stirling|tillicoultry
G  alexandria|arrochar|clydebank|cumbernauld|dumbarton|east kilbride|glasgow|helensburgh
HS isle of barra|isle of benbecula|isle of harris|isle of lewis|isle of north uist|isle of south uist|stornoway
IV achnasheen|alness|ardgay|avoch|beauly|cromarty|dingwall|dornoch|elgin|fochabers|forres|fortrose|gairloch|garve|invergordon|
   inverness|isle of skye|kyle|lairg|lossiemouth|muir of ord|munlochy|nairn|plockton|portree|strathcarron|strathpeffer|tain|
   ullapool
KA ardrossan|ayr|beith|cumnock|dalry|darvel|galston|girvan|irvine|isle of arran|isle of cumbrae|kilbirnie|kilmarnock|kilwinning|
   largs|mauchline|maybole|newmilns|prestwick|saltcoats|stevenston|troon|west kilbride
KW berriedale|brora|dunbeath|golspie|halkirk|helmsdale|kinbrace|kirkwall|lybster|orkney|stromness|thurso|wick
KY anstruther|burntisland|cowdenbeath|cupar|dunfermline|glenrothes|inverkeithing|kelty|kinross|kirkcaldy|leven|lochgelly|
   saint andrews
ML airdrie|bellshill|biggar|carluke|coatbridge|hamilton|lanark|larkhall|motherwell|shotts|strathaven|wishaw
PA appin|bishopton|bridge of orchy|bridge of weir|cairndow|campbeltown|colintraive|dalmally|dunoon|erskine|gourock|greenock|
   inveraray|isle of bute|isle of islay|isle of jura|isle of mull|isle of tiree|johnstone|kilmacolm|lochgilphead|lochwinnoch|
   oban|paisley|port glasgow|renfrew|rothesay|skelmorlie|tarbert|taynuilt|tighnabruaich|wemyss bay
PH aberfeldy|acharacle|arisaig|auchterarder|aviemore|ballachulish|blairgowrie|boat of garten|carrbridge|crieff|dalwhinnie|dunkeld|
   fort augustus|fort william|grantown on spey|invergarry|kingussie|kinlochleven|mallaig|nethy bridge|newtonmore|perth|
   pitlochry|roy bridge|spean bridge
TD berwick upon tweed|cockburnspath|coldstream|duns|earlston|eyemouth|galashiels|gordon|hawick|jedburgh|kelso|lauder|melrose|
   newcastleton|selkirk
ZE lerwick|shetland
B  birmingham
BA bath
BB blackburn|burnley
BD bradford
BH bournemouth
BL bolton
BN brighton
BS bristol
BT belfast|londonderry
CA carlisle
CB cambridge
CF cardiff
CH chester
CM chelmsford
CO colchester
CT canterbury|dover
CV coventry
CW crewe
DE derby
DH durham
DL darlington
DN doncaster|grimsby|scunthorpe
E  london
EC london
EX exeter
FY blackpool
GL gloucester
GU guildford
HD huddersfield
HG harrogate
HR hereford
HU hull
HX halifax
IP ipswich
L  liverpool
LA lancaster
LE leicester
LL wrexham
LN lincoln
LS leeds
LU luton
M  manchester|salford
ME maidstone
MK bedford|milton keynes
N  london
NE gateshead|newcastle upon tyne
NG nottingham
NN kettering|northampton
NP newport
NR norwich
NW london
OL oldham
OX oxford
PE peterborough
PL plymouth
PO newport|portsmouth
PR preston|southport
RG reading
S  barnsley|rotherham|sheffield
SA newport|swansea
SE london
SK stockport
SL slough
SN swindon
SO southampton|winchester
SP salisbury
SR sunderland
ST stoke on trent
SW london
SY shrewsbury
TA taunton
TF newport|telford
TR truro
TS middlesbrough
W  london
WA warrington
WC london
WD watford
WF wakefield
WN wigan
WR worcester
WS walsall
WV wolverhampton
YO york"""

_COUNTIES = """
AB aberdeenshire|banffshire|kincardineshire|moray|morayshire|angus
CB cambridgeshire
CV leicestershire|northamptonshire
DD angus|fife|perthshire|perth kinross|aberdeenshire|kincardineshire
DE leicestershire|nottinghamshire
DG dumfriesshire|dumfries galloway|kirkcudbrightshire|wigtownshire|lanarkshire|south lanarkshire|ayrshire|south ayrshire
DN lincolnshire|nottinghamshire
EH lothian|east lothian|midlothian|west lothian|borders|scottish borders|peeblesshire|berwickshire|selkirkshire|lanarkshire|
   south lanarkshire
FK clackmannanshire|stirlingshire|perthshire|perth kinross|fife|kinross shire|lanarkshire|north lanarkshire|dunbartonshire|
   west lothian|argyll|argyllshire|argyll bute
G  dunbartonshire|east dunbartonshire|west dunbartonshire|lanarkshire|north lanarkshire|south lanarkshire|renfrewshire|
   east renfrewshire|stirlingshire|argyll|argyllshire|argyll bute|ayrshire|east ayrshire
HS western isles|eilean siar|inverness shire|invernessshire|ross shire
IV highland|highlands|inverness shire|invernessshire|moray|morayshire|nairnshire|ross shire|sutherland|banffshire
KA ayrshire|east ayrshire|north ayrshire|south ayrshire|bute|renfrewshire|east renfrewshire|lanarkshire|south lanarkshire
KW caithness|highland|highlands|orkney|sutherland
KY fife|kinross shire|perthshire|perth kinross
LE leicestershire|rutland|northamptonshire
LN lincolnshire
MK northamptonshire
ML lanarkshire|north lanarkshire|south lanarkshire|peeblesshire|midlothian|west lothian|borders|scottish borders
NG nottinghamshire|lincolnshire|leicestershire
NN northamptonshire|leicestershire
OX northamptonshire
PA renfrewshire|inverclyde|argyll|argyllshire|argyll bute|bute|ayrshire|north ayrshire|dunbartonshire|highland|highlands
PE cambridgeshire|lincolnshire|rutland|northamptonshire|leicestershire
PH perthshire|perth kinross|highland|highlands|inverness shire|invernessshire|argyll|argyllshire|argyll bute|moray|morayshire|
   kinross shire|angus
S  nottinghamshire
SG cambridgeshire
TD borders|scottish borders|berwickshire|roxburghshire|selkirkshire|peeblesshire|dumfriesshire|east lothian|midlothian|lothian
ZE shetland"""


def _areas_of(table: str) -> Mapping[str, frozenset[str]]:
    """Turn a table by area into name to areas."""
    areas: dict[str, set[str]] = defaultdict(set)
    for line in table.replace("|\n   ", "|").strip().split("\n"):
        area, names = line.split(maxsplit=1)
        for name in names.split("|"):
            areas[name].add(area)
    return {name: frozenset(found) for name, found in areas.items()}


POST_TOWNS = _areas_of(_TOWNS)
"""Each post town's key, and the postcode areas in which it is one."""
COUNTIES = _areas_of(_COUNTIES)
"""Each county's or council area's key, and the postcode areas that reach into it."""

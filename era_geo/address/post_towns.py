"""Post towns of Scotland, and the larger towns of the rest of the United Kingdom, as keys.

Only for saying that a typed town lies outside the region: the region's own towns come from its data.
"""

from __future__ import annotations

_SCOTLAND = """
aberdeen|aberfeldy|aberlour|aboyne|acharacle|achnasheen|airdrie|alexandria|alford|alloa|alness|alva|annan|anstruther|
appin|arbroath|ardgay|ardrossan|arisaig|arrochar|auchterarder|aviemore|avoch|ayr|balerno|ballachulish|ballater|
ballindalloch|banchory|banff|bathgate|beauly|beith|bellshill|berriedale|berwick upon tweed|biggar|bishopton|blairgowrie|
boat of garten|boness|bonnybridge|bonnyrigg|brechin|bridge of orchy|bridge of weir|brora|broxburn|buckie|burntisland|
cairndow|callander|campbeltown|canonbie|carluke|carnoustie|carrbridge|castle douglas|clackmannan|clydebank|coatbridge|
cockburnspath|coldstream|colintraive|cowdenbeath|crianlarich|crieff|cromarty|cumbernauld|cumnock|cupar|currie|
dalbeattie|dalkeith|dalmally|dalry|dalwhinnie|darvel|denny|dingwall|dollar|dornoch|doune|dumbarton|dumfries|dunbar|
dunbeath|dunblane|dundee|dunfermline|dunkeld|dunoon|duns|earlston|east kilbride|east linton|edinburgh|elgin|ellon|
erskine|eyemouth|falkirk|fochabers|forfar|forres|fort augustus|fort william|fortrose|fraserburgh|gairloch|galashiels|
galston|garve|girvan|glasgow|glenrothes|golspie|gordon|gorebridge|gourock|grangemouth|grantown on spey|greenock|gretna|
gullane|haddington|halkirk|hamilton|hawick|helensburgh|helmsdale|heriot|humbie|huntly|innerleithen|insch|inveraray|
invergarry|invergordon|inverkeithing|inverness|inverurie|irvine|isle of arran|isle of barra|isle of benbecula|
isle of bute|isle of cumbrae|isle of harris|isle of islay|isle of jura|isle of lewis|isle of mull|isle of north uist|
isle of skye|isle of south uist|isle of tiree|jedburgh|johnstone|juniper green|keith|kelso|kelty|kilbirnie|killin|
kilmacolm|kilmarnock|kilwinning|kinbrace|kingussie|kinlochleven|kinross|kirkcaldy|kirkcudbright|kirkliston|kirknewton|
kirkwall|kirriemuir|kyle|lairg|lanark|langholm|larbert|largs|larkhall|lasswade|lauder|laurencekirk|lerwick|leven|
linlithgow|livingston|loanhead|lochearnhead|lochgelly|lochgilphead|lochwinnoch|lockerbie|longniddry|lossiemouth|lybster|
macduff|mallaig|mauchline|maybole|melrose|menstrie|milltimber|moffat|montrose|motherwell|muir of ord|munlochy|
musselburgh|nairn|nethy bridge|newbridge|newcastleton|newmilns|newport on tay|newton stewart|newtonmore|north berwick|
oban|orkney|paisley|pathhead|peebles|penicuik|perth|peterculter|peterhead|pitlochry|plockton|port glasgow|portree|
prestonpans|prestwick|renfrew|rosewell|roslin|rothesay|roy bridge|saint andrews|saltcoats|sanquhar|selkirk|shetland|
shotts|skelmorlie|south queensferry|spean bridge|stevenston|stirling|stonehaven|stornoway|stranraer|strathaven|
strathcarron|strathdon|strathpeffer|stromness|tain|tarbert|taynuilt|tayport|thornhill|thurso|tighnabruaich|tillicoultry|
tranent|troon|turriff|ullapool|walkerburn|wemyss bay|west calder|west kilbride|west linton|westhill|wick|wishaw"""
_ELSEWHERE = """
barnsley|bath|bedford|belfast|birmingham|blackburn|blackpool|bolton|bournemouth|bradford|brighton|bristol|burnley|
cambridge|canterbury|cardiff|carlisle|chelmsford|chester|colchester|coventry|crewe|darlington|derby|doncaster|dover|
durham|exeter|gateshead|gloucester|grimsby|guildford|halifax|harrogate|hereford|huddersfield|hull|ipswich|kettering|
lancaster|leeds|leicester|lincoln|liverpool|london|londonderry|luton|maidstone|manchester|middlesbrough|milton keynes|
newcastle upon tyne|newport|northampton|norwich|nottingham|oldham|oxford|peterborough|plymouth|portsmouth|preston|
reading|rotherham|salford|salisbury|scunthorpe|sheffield|shrewsbury|slough|southampton|southport|stockport|
stoke on trent|sunderland|swansea|swindon|taunton|telford|truro|wakefield|walsall|warrington|watford|wigan|winchester|
wolverhampton|worcester|wrexham|york"""

POST_TOWNS = frozenset("".join((_SCOTLAND + "|" + _ELSEWHERE).split("\n")).strip("|").split("|"))
